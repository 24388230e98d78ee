import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Refused, Unavailable } from "../appsync/errors"
import { type Listening, LiveList, type Source } from "./live-list"

interface Thing {
  id: string
  version: number
}

/** The service: what a list has, what each id is now, and who listens. */
class FakeSource implements Source<Thing, string> {
  listed: Thing[] = []
  there = new Map<string, Thing>()
  failure: Error | null = null
  listening: Listening<Thing> | null = null
  readings = 0
  waiting: (() => void)[] | null = null

  listen(listening: Listening<Thing>) {
    this.listening = listening
    return () => {
      this.listening = null
    }
  }
  async list() {
    this.readings += 1
    if (this.waiting) await new Promise<void>((resolve) => this.waiting?.push(resolve))
    if (this.failure) throw this.failure
    return this.listed
  }
  async get(id: string) {
    return this.there.get(id) ?? null
  }
  placeOf = () => ""
  isIn = () => true
}

let source: FakeSource
let list: LiveList<Thing, string>
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  source = new FakeSource()
  list = new LiveList(source)
  list.show("all")
  stop = list.start()
})

afterEach(() => {
  stop()
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)
const thing = (id: string, version = 1): Thing => ({ id, version })
const push = (item: Thing) =>
  source.listening?.onChange({ id: item.id, place: "", version: item.version, item })
const shown = () => list.snapshot.items.map(({ id, version }) => `${id}${version}`)

/** Whoever waits for a reading has it. */
function goOn() {
  for (const go of source.waiting?.splice(0) ?? []) go()
}

async function stands() {
  source.listening?.onStart()
  await settle()
}

test("it is read at once, when it stands, at each reconnect, and every minute", async () => {
  await settle()
  expect(source.readings).toBe(1)
  await stands()
  await stands()
  expect(source.readings).toBe(3)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(source.readings).toBe(4)
})

test("what is asked for while it is read is read after", async () => {
  await settle()
  source.waiting = []
  await stands()
  await stands()
  expect(source.readings).toBe(2)
  goOn()
  await settle()
  expect(source.readings).toBe(3)
})

test("another range does not wait for the one before", async () => {
  source.waiting = []
  await settle()
  source.listed = [thing("a")]
  list.show("other")
  goOn()
  await settle()
  expect(list.snapshot.isRead).toBe(true)
  expect(shown()).toEqual(["a1"])
})

test("a push while it is read outlives an older reading", async () => {
  source.waiting = []
  source.listed = [thing("a", 1)]
  list.show("all")
  push(thing("a", 2))
  push(thing("b", 1))
  goOn()
  await settle()
  expect(shown()).toEqual(["a2", "b1"])
})

test("what a reading lacks is asked for: it may be too new, or gone", async () => {
  source.listed = [thing("a"), thing("b")]
  await stands()
  source.listed = []
  source.there.set("a", thing("a", 2))
  await stands()
  expect(shown()).toEqual(["a2"])
})

test("a reading that failed says so, keeps what is known, and is tried again", async () => {
  source.listed = [thing("a")]
  await stands()
  source.failure = new Unavailable("no answer")
  await stands()
  expect(list.snapshot.error?.message).toBe("no answer")
  expect(shown()).toEqual(["a1"])
  source.failure = null
  await vi.advanceTimersByTimeAsync(5_000)
  expect(list.snapshot.error).toBeNull()
})

test("what is tried is shown at once, and put back where it is refused", async () => {
  source.listed = [thing("a")]
  await stands()
  let refuse = (_: Error) => {}
  const answer = new Promise<never>((_, reject) => {
    refuse = reject
  })
  const trying = list.trying("a", thing("a", 9), () => answer)
  expect(shown()).toEqual(["a9"])
  refuse(new Refused("StaleVersion", "It has changed."))
  await expect(trying).rejects.toThrow("It has changed.")
  expect(shown()).toEqual(["a1"])
})

test("a subscription that ended is made again", async () => {
  await stands()
  source.listening?.onEnd(null)
  source.listening = null
  await vi.advanceTimersByTimeAsync(5_000)
  expect(source.listening).not.toBeNull()
})
