/**
 * A list that is live: subscribed to and read, and read again where pushes may be lost.
 *
 * It is read at once, for there is something to see, when the subscription stands, after every reconnect, and on a slow timer, for AppSync can
 * lose a push even on a good connection. What a reading lacks is asked for by its id, since a list
 * follows a write by some milliseconds. What is older than what is known changes nothing.
 */
import { ApiError, NotSignedIn, Refused } from "../appsync/errors"
import { type Change, KnownItems, type Versioned } from "./known"

const REREAD_MS = 60_000
const AGAIN_MS = 5_000 // after a reading that failed, and after a subscription that ended

export interface Listening<Item> {
  onStart(): void
  onChange(change: Change<Item>): void
  onEnd(error: ApiError | null): void
}

/** Where the items come from. */
export interface Source<Item, Range> {
  listen(listening: Listening<Item>): () => void
  list(range: Range, signal: AbortSignal): Promise<Item[]>
  get(id: string): Promise<Item | null>
  placeOf(item: Item): string
  isIn(item: Item, range: Range): boolean
}

/** error: why the last reading failed; null where it did not. */
export interface Snapshot<Item> {
  items: readonly Item[]
  isRead: boolean
  error: ApiError | null
}

export class LiveList<Item extends Versioned, Range> {
  private readonly known: KnownItems<Item>
  private readonly listeners = new Set<() => void>()
  private readonly changes = new Map<string, Item | null>() // tried, and not answered yet
  private range: Range | null = null
  private isAskedAgain = false // while it was read
  private reading: AbortController | null = null
  private stopListening: (() => void) | null = null
  private timer?: ReturnType<typeof setTimeout>
  private listenTimer?: ReturnType<typeof setTimeout>
  private current: Snapshot<Item> = { items: [], isRead: false, error: null }

  constructor(private readonly source: Source<Item, Range>) {
    this.known = new KnownItems(source.placeOf)
  }

  get snapshot(): Snapshot<Item> {
    return this.current
  }

  onSnapshot = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Listen until the answer is called. */
  start(): () => void {
    this.listen()
    void this.read()
    return () => {
      clearTimeout(this.timer)
      clearTimeout(this.listenTimer)
      this.reading?.abort()
      this.reading = null
      this.stopListening?.()
      this.stopListening = null
    }
  }

  /** What is to be shown from now on. */
  show(range: Range): void {
    this.range = range
    this.reading?.abort()
    this.reading = null
    this.put({ isRead: false })
    if (this.stopListening) void this.read()
  }

  get(id: string): Item | null {
    return this.known.get(id)
  }

  /** As it is now, whatever was pushed; null where it is gone. */
  async refresh(id: string): Promise<Item | null> {
    const found = await this.source.get(id)
    const known = this.known.get(id)
    if (found) this.take(found)
    else if (known) this.drop(known, known.version + 1)
    return this.known.get(id)
  }

  /** It is there, as it is: what a change was answered with. */
  take(item: Item): void {
    if (this.known.seen(item)) this.put({})
  }

  /** It is not there any more. */
  drop(item: Item, version: number): void {
    if (this.known.gone(item.id, this.source.placeOf(item), version)) this.put({})
  }

  /**
   * Show the item as it is to be (null: gone) while it is asked for; where that is refused, it is as it was.
   * @throws what `ask` throws
   */
  async trying<Answer>(
    id: string,
    wanted: Item | null,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    this.changes.set(id, wanted)
    this.put({})
    try {
      return await ask()
    } finally {
      if (this.changes.get(id) === wanted) this.changes.delete(id)
      this.put({})
    }
  }

  /** Read again now; what is being read may be older, and is read once more after. */
  async read(): Promise<void> {
    clearTimeout(this.timer)
    const { range } = this
    if (range === null) return
    if (this.reading) {
      this.isAskedAgain = true
      return
    }
    const reading = new AbortController()
    this.reading = reading
    this.isAskedAgain = false
    const delay = await this.readOnce(range, reading)
    if (this.reading !== reading) return
    this.reading = null
    if (this.isAskedAgain) void this.read()
    else this.timer = setTimeout(() => void this.read(), delay)
  }

  /** In how many milliseconds to read again. */
  private async readOnce(range: Range, reading: AbortController): Promise<number> {
    try {
      await this.readInto(range, reading)
      return REREAD_MS
    } catch (error) {
      if (reading.signal.aborted) return AGAIN_MS
      if (!(error instanceof ApiError)) throw error
      if (!(error instanceof NotSignedIn)) this.put({ error })
      return AGAIN_MS
    }
  }

  private async readInto(range: Range, reading: AbortController): Promise<void> {
    const before = this.known.items().filter((item) => this.source.isIn(item, range))
    const there = await this.source.list(range, reading.signal)
    if (this.reading !== reading) return
    for (const item of there) this.known.seen(item)
    const ids = new Set(there.map(({ id }) => id))
    const missing = before.filter(({ id }) => !ids.has(id) && this.known.get(id))
    for (const { id } of missing) await this.refresh(id)
    if (this.reading === reading) this.put({ isRead: true, error: null })
  }

  private listen(): void {
    this.stopListening = this.source.listen({
      onStart: () => void this.read(),
      onChange: (change) => {
        if (this.known.pushed(change)) this.put({})
      },
      onEnd: (error) => {
        if (error instanceof Refused) void this.read()
        this.listenTimer = setTimeout(() => this.listen(), AGAIN_MS)
      },
    })
  }

  private put(news: Partial<Snapshot<Item>>): void {
    const items = this.known.items().filter(({ id }) => !this.changes.has(id))
    const wanted = [...this.changes.values()].filter((item) => item !== null)
    this.current = { ...this.current, ...news, items: [...items, ...wanted] }
    for (const listener of [...this.listeners]) listener()
  }
}
