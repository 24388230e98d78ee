/**
 * What is known of the caller's queries: pushed as it happens, read again where pushes may be lost.
 *
 * One subscription, `onQueryChange`, serves every query of a session. It stands before anything is
 * submitted, and the caller chooses the id, so that no end can slip between. A query that is followed
 * is read again after submitting, after every reconnect, and on a slow timer until its end.
 */
import { askAgain } from "@/shared/appsync/ask-again"
import { type ApiError, NotSignedIn, Refused, Unavailable } from "@/shared/appsync/errors"
import { keepSubscribed } from "@/shared/appsync/keep-subscribed"
import type { RealtimeClient } from "@/shared/appsync/realtime"
import type { Requester } from "@/shared/appsync/request"
import {
  CANCEL_QUERY,
  EXPORT_QUERY,
  GET_QUERY,
  ON_QUERY_CHANGE,
  SUBMIT_QUERY,
} from "@/shared/graphql/documents"
import type { ExportQueryInput, SubmitQueryInput } from "@/shared/graphql/generated/graphql"
import { isFinal, merged, type Query, type QueryWithResult } from "./query"

const STANDS_WITHIN_MS = 5_000 // then it is submitted anyway: reading again finds what is missed
const REREAD_MS = [2_000, 8_000, 50_000, 60_000] // the last holds from then on
const KEPT = 20 // entries that nobody follows now

/** What is known of one query. */
export type Entry =
  | { status: "loading" }
  | { status: "missing" }
  | { status: "failed"; error: ApiError }
  | { status: "known"; query: QueryWithResult }

interface Followed {
  entry: Entry
  listeners: Set<() => void>
  rereads: number
  timer?: ReturnType<typeof setTimeout>
}

const LOADING: Entry = { status: "loading" }

export class QueryFeed {
  private readonly followed = new Map<string, Followed>()
  private readonly changeListeners = new Set<(query: Query) => void>()
  private unsubscribe: (() => void) | null = null
  private stands = false
  private waitingForIt: (() => void)[] = []

  constructor(
    private readonly api: Requester,
    private readonly realtime: RealtimeClient,
  ) {}

  /** Listen, as whoever is signed in now; the answer stops it and forgets everything. */
  start(): () => void {
    this.listen()
    return () => {
      this.unsubscribe?.()
      this.unsubscribe = null
      this.stands = false
      for (const { timer } of this.followed.values()) clearTimeout(timer)
      this.followed.clear()
    }
  }

  /** Calls back at every change of any query of the caller's, and when changes may have been missed. */
  onChange(listener: (query: Query) => void): () => void {
    this.changeListeners.add(listener)
    return () => this.changeListeners.delete(listener)
  }

  entry(id: string): Entry {
    return this.followed.get(id)?.entry ?? LOADING
  }

  /** Follow a query to its end; `listener` is called when `entry(id)` is another. */
  follow(id: string, listener: () => void): () => void {
    const one = this.followedOne(id)
    one.listeners.add(listener)
    if (one.entry.status !== "known" || !isFinal(one.entry.query)) void this.read(id)
    return () => {
      one.listeners.delete(listener)
      if (one.listeners.size === 0) {
        clearTimeout(one.timer)
        this.forgetOldest()
      }
    }
  }

  /**
   * Submit with an id of our own, once pushes of it cannot be missed any more.
   * @throws Refused, Unavailable, NotSignedIn
   */
  submit(input: SubmitQueryInput & { id: string }): Promise<Query> {
    return this.accepted(async () => (await this.api.request(SUBMIT_QUERY, { input })).submitQuery)
  }

  /** As `submit`, for files of the result. */
  export(input: ExportQueryInput & { id: string }): Promise<Query> {
    return this.accepted(async () => (await this.api.request(EXPORT_QUERY, { input })).exportQuery)
  }

  async cancel(id: string): Promise<void> {
    this.take((await this.api.request(CANCEL_QUERY, { id })).cancelQuery)
  }

  /** Something else has told of a query, such as the subscription to a pipeline's runs. */
  take(query: QueryWithResult): void {
    const one = this.followed.get(query.id)
    const known = one?.entry.status === "known" ? one.entry.query : null
    const news = merged(known, query)
    if (one && news !== known) this.put(query.id, { status: "known", query: news })
    if (!one) this.followedOne(query.id).entry = { status: "known", query }
    if (!one) this.forgetOldest()
    if (news !== known) this.changed(news)
  }

  /** Try again to read what could not be read. */
  retry(id: string): void {
    this.put(id, LOADING)
    void this.read(id)
  }

  private listen(): void {
    this.unsubscribe = keepSubscribed(
      this.realtime,
      ON_QUERY_CHANGE,
      {},
      {
        onStart: () => this.itStands(),
        onData: ({ onQueryChange }) => {
          if (onQueryChange) this.take(onQueryChange)
        },
        onEnd: () => {
          this.stands = false
        },
      },
    )
  }

  private itStands(): void {
    const isAgain = this.stands
    this.stands = true
    for (const resolve of this.waitingForIt.splice(0)) resolve()
    for (const [id, { entry, listeners }] of this.followed) {
      const isOver = entry.status === "known" && isFinal(entry.query)
      if (listeners.size > 0 && !isOver) void this.read(id)
      if (isAgain && entry.status === "known") this.changed(entry.query)
    }
  }

  private whenItStands(): Promise<void> {
    if (this.realtime.state.status === "connected" && this.stands) return Promise.resolve()
    return new Promise((resolve) => {
      this.waitingForIt.push(resolve)
      setTimeout(resolve, STANDS_WITHIN_MS)
    })
  }

  private async accepted(ask: () => Promise<Query>): Promise<Query> {
    await this.whenItStands()
    const query = await askAgain(ask)
    this.take(query)
    return query
  }

  private async read(id: string): Promise<void> {
    const one = this.followed.get(id)
    if (!one) return
    clearTimeout(one.timer)
    try {
      const { getQuery } = await this.api.request(GET_QUERY, { id })
      if (this.followed.get(id) !== one) return
      if (getQuery) this.take(getQuery)
      else if (one.entry.status !== "known") this.put(id, { status: "missing" })
    } catch (error) {
      if (this.followed.get(id) === one) this.couldNotRead(id, one, error)
    }
    this.readLater(id, one)
  }

  private couldNotRead(id: string, one: Followed, error: unknown): void {
    if (error instanceof NotSignedIn || one.entry.status === "known") return
    if (error instanceof Refused && error.type === "QueryNotFound") {
      return this.put(id, { status: "missing" })
    }
    if (error instanceof Refused || error instanceof Unavailable) {
      this.put(id, { status: "failed", error })
    }
  }

  private readLater(id: string, one: Followed): void {
    if (this.followed.get(id) !== one || one.listeners.size === 0) return
    if (one.entry.status === "known" && isFinal(one.entry.query)) return
    const delay = REREAD_MS[Math.min(one.rereads++, REREAD_MS.length - 1)]
    clearTimeout(one.timer)
    one.timer = setTimeout(() => void this.read(id), delay)
  }

  private changed(query: Query): void {
    for (const listener of [...this.changeListeners]) listener(query)
  }

  private put(id: string, entry: Entry): void {
    const one = this.followedOne(id)
    one.entry = entry
    if (entry.status === "known" && isFinal(entry.query)) clearTimeout(one.timer)
    for (const listener of [...one.listeners]) listener()
  }

  private followedOne(id: string): Followed {
    let one = this.followed.get(id)
    if (!one) {
      one = { entry: LOADING, listeners: new Set(), rereads: 0 }
      this.followed.set(id, one)
    }
    return one
  }

  /** So that a page that is open for weeks does not grow. */
  private forgetOldest(): void {
    const idle = [...this.followed].filter(([, { listeners }]) => listeners.size === 0)
    for (const [id] of idle.slice(0, Math.max(0, idle.length - KEPT))) this.followed.delete(id)
  }
}
