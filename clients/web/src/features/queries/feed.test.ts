import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Refused, Unavailable } from "@/shared/appsync/errors"
import { FakeService } from "@/shared/appsync/fake-service"
import { RealtimeClient } from "@/shared/appsync/realtime"
import type { Requester } from "@/shared/appsync/request"
import { QueryFeed } from "./feed"
import type { QueryWithResult } from "./query"

const ID = "0b5f6a3e-0000-4000-8000-000000000001"

let service: FakeService
let realtime: RealtimeClient
let server: FakeServer
let feed: QueryFeed
let stop: () => void

/** The HTTP side: queries by id, and failures to come. */
class FakeServer {
  readonly queries = new Map<string, QueryWithResult>()
  readonly asked: string[] = []
  failures: Error[] = []

  request = (async (document: { toString(): string }, variables: Record<string, never>) => {
    const [, operation = ""] = /(?:query|mutation) (\w+)/.exec(document.toString()) ?? []
    this.asked.push(operation)
    const failure = this.failures.shift()
    if (failure) throw failure
    if (operation === "GetQuery") return { getQuery: this.queries.get(variables.id ?? "") ?? null }
    if (operation === "CancelQuery") return { cancelQuery: this.queries.get(variables.id ?? "") }
    const input = variables.input as unknown as { id: string }
    const query = queryOf(1, "QUEUED", input.id)
    this.queries.set(input.id, query)
    return { submitQuery: query, exportQuery: query }
  }) as unknown as Requester["request"]
}

function queryOf(
  version: number,
  status: QueryWithResult["status"],
  id = ID,
  more: Partial<QueryWithResult> = {},
): QueryWithResult {
  return {
    id,
    kind: "REPORT",
    report: "taxi_by_day",
    status,
    version,
    parameters: [],
    submittedAt: "2026-11-27T06:00:00Z",
    error: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    estimatedDurationMs: null,
    cancelRequestedAt: null,
    resultRows: null,
    resultBytes: null,
    resultExpiresAt: null,
    pipeline: null,
    watch: null,
    schedule: null,
    scheduledFor: null,
    export: null,
    ...more,
  }
}

const RESULT = { columns: [{ name: "n", type: "int8" }], rows: "[[1]]", nextToken: null }

beforeEach(async () => {
  vi.useFakeTimers()
  service = new FakeService()
  server = new FakeServer()
  const authorize = async () => "token"
  const platform = service.platform
  realtime = new RealtimeClient(
    "ws://localhost/graphql",
    "http://localhost/graphql",
    authorize,
    platform,
  )
  feed = new QueryFeed(server, realtime)
  stop = feed.start()
  await settle()
})

afterEach(() => {
  stop()
  realtime.close()
  vi.useRealTimers()
})

async function settle() {
  await vi.advanceTimersByTimeAsync(0)
}

async function stands() {
  service.open()
  service.acknowledge()
  await settle()
  service.acknowledgeStarts()
  await settle()
}

function push(query: QueryWithResult) {
  service.say({ type: "data", id: "1", payload: { data: { onQueryChange: query } } })
}

function submit() {
  return feed.submit({ id: ID, report: "taxi_by_day", parameters: [] })
}

function known() {
  const entry = feed.entry(ID)
  return entry.status === "known" ? entry.query : null
}

test("nothing is submitted before the subscription stands", async () => {
  const submitting = submit()
  service.open()
  service.acknowledge()
  await settle()
  expect(server.asked).toEqual([])
  service.acknowledgeStarts()
  await submitting
  expect(server.asked).toEqual(["SubmitQuery"])
})

test("an export is submitted the same way", async () => {
  const submitting = feed.export({ id: ID, report: "taxi_by_day", format: "CSV" })
  await settle()
  expect(server.asked).toEqual([])
  await stands()
  server.failures = [new Unavailable("no answer")]
  await vi.advanceTimersByTimeAsync(500)
  expect((await submitting).id).toBe(ID)
  expect(server.asked.at(-1)).toBe("ExportQuery")
})

test("without a connection it is submitted after five seconds, and its end is found by reading", async () => {
  const submitting = submit()
  await vi.advanceTimersByTimeAsync(5_000)
  await submitting
  feed.follow(ID, () => {})
  server.queries.set(ID, queryOf(4, "FINISHED", ID, { result: RESULT }))
  await vi.advanceTimersByTimeAsync(2_000)
  expect(known()?.status).toBe("FINISHED")
})

test("a push is what is known at once", async () => {
  await stands()
  await submit()
  let calls = 0
  feed.follow(ID, () => {
    calls += 1
  })
  push(queryOf(3, "STARTED"))
  push(queryOf(4, "FINISHED", ID, { result: RESULT }))
  expect(known()).toMatchObject({ status: "FINISHED", result: RESULT })
  expect(calls).toBe(2)
})

test("what is older, or comes twice, changes nothing", async () => {
  await stands()
  await submit()
  push(queryOf(4, "FINISHED", ID, { result: RESULT }))
  const before = feed.entry(ID)
  push(queryOf(4, "FINISHED"))
  push(queryOf(3, "STARTED"))
  expect(feed.entry(ID)).toBe(before)
})

test("a push that comes before the reply to submitting is kept", async () => {
  await stands()
  push(queryOf(4, "FINISHED", ID, { result: RESULT }))
  await submit()
  expect(known()?.status).toBe("FINISHED")
})

test("after a reconnect, what has not ended is read again", async () => {
  await stands()
  await submit()
  feed.follow(ID, () => {})
  await settle()
  service.lose()
  server.queries.set(ID, queryOf(5, "FAILED", ID, { error: { type: "E", message: "boom" } }))
  await vi.advanceTimersByTimeAsync(500)
  await stands()
  expect(known()?.error?.message).toBe("boom")
})

test("what has ended is not read again", async () => {
  await stands()
  server.queries.set(ID, queryOf(4, "FINISHED", ID, { result: RESULT }))
  feed.follow(ID, () => {})
  await settle()
  const count = server.asked.length
  await vi.advanceTimersByTimeAsync(300_000)
  expect(server.asked.length).toBe(count)
})

test("what nobody follows any more is not read again", async () => {
  await stands()
  await submit()
  const unfollow = feed.follow(ID, () => {})
  await settle()
  unfollow()
  const count = server.asked.length
  await vi.advanceTimersByTimeAsync(300_000)
  expect(server.asked.length).toBe(count)
})

test("a submission without an answer is made again with the same id", async () => {
  await stands()
  server.failures = [new Unavailable("no answer"), new Unavailable("no answer")]
  const submitting = submit()
  await vi.advanceTimersByTimeAsync(2_000)
  expect((await submitting).id).toBe(ID)
  expect(server.asked.filter((each) => each === "SubmitQuery")).toHaveLength(3)
})

test("a refused submission is thrown, and nothing is known of it", async () => {
  await stands()
  server.failures = [new Refused("InvalidParameter", "Parameter month is missing.")]
  await expect(submit()).rejects.toThrow("Parameter month is missing.")
  expect(feed.entry(ID).status).toBe("loading")
})

test("a query that is not there is missing", async () => {
  await stands()
  feed.follow(ID, () => {})
  await settle()
  expect(feed.entry(ID).status).toBe("missing")
})

test("a query that cannot be read says why, and is there once it can", async () => {
  await stands()
  server.failures = [new Unavailable("The service does not answer.")]
  feed.follow(ID, () => {})
  await settle()
  expect(feed.entry(ID)).toMatchObject({ status: "failed" })
  server.queries.set(ID, queryOf(2, "STARTED"))
  feed.retry(ID)
  await settle()
  expect(known()?.status).toBe("STARTED")
})

test("a page that is open for weeks keeps few queries", async () => {
  await stands()
  for (let count = 0; count < 1_000; count += 1) {
    push(queryOf(4, "FINISHED", `id-${count}`, { result: RESULT }))
  }
  const kept = Array.from({ length: 1_000 }, (_, count) => feed.entry(`id-${count}`))
  expect(kept.filter((entry) => entry.status === "known")).toHaveLength(20)
})

test("the history is told of every change", async () => {
  await stands()
  const seen: string[] = []
  feed.onChange((query) => seen.push(query.status))
  push(queryOf(3, "STARTED"))
  push(queryOf(3, "STARTED"))
  push(queryOf(4, "FINISHED"))
  expect(seen).toEqual(["STARTED", "FINISHED"])
})
