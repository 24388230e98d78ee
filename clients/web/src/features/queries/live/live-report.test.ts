import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Refused } from "@/shared/appsync/errors"
import { FakeService } from "@/shared/appsync/fake-service"
import { RealtimeClient } from "@/shared/appsync/realtime"
import type { Requester } from "@/shared/appsync/request"
import { QueryFeed } from "../feed"
import type { QueryWithResult } from "../query"
import { LiveReport } from "./live-report"

const MINUTE_MS = 60_000
const TARGET = { report: "filled", parameters: [] }

let service: FakeService
let realtime: RealtimeClient
let server: FakeServer
let live: LiveReport
let stop: () => void

/** The HTTP side: what was asked, and the queries there are. */
class FakeServer {
  readonly asked: string[] = []
  queries: QueryWithResult[] = []
  refusal: Refused | null = null

  request = (async (document: { toString(): string }, variables: Record<string, unknown>) => {
    const [, operation = ""] = /(?:query|mutation) (\w+)/.exec(document.toString()) ?? []
    this.asked.push(operation)
    if (this.refusal && operation === "WatchReport") throw this.refusal
    if (operation === "WatchReport") {
      const expiresAt = new Date(Date.now() + 60 * MINUTE_MS).toISOString()
      return { watchReport: { id: "watch", expiresAt } }
    }
    if (operation === "ListQueries") return { listQueries: { queries: this.queries } }
    if (operation === "GetQuery") {
      return { getQuery: this.queries.find(({ id }) => id === variables.id) ?? null }
    }
    const { id } = variables.input as { id: string }
    return { submitQuery: queryOf(id, 5) }
  }) as unknown as Requester["request"]

  count = (operation: string) => this.asked.filter((each) => each === operation).length
}

function queryOf(id: string, minute: number, more: Partial<QueryWithResult> = {}): QueryWithResult {
  return {
    id,
    kind: "REPORT",
    report: "filled",
    status: "FINISHED",
    version: 4,
    parameters: [],
    submittedAt: `2026-11-27T06:${String(minute).padStart(2, "0")}:00Z`,
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
    scheduledFor: null,
    watch: null,
    schedule: null,
    export: null,
    ...more,
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-27T06:00:00Z") })
  service = new FakeService()
  server = new FakeServer()
  const url = "ws://localhost/graphql"
  realtime = new RealtimeClient(url, "http://localhost/graphql", async () => "t", service.platform)
  live = new LiveReport(server, realtime, new QueryFeed(server, realtime), TARGET)
  stop = live.start(queryOf("shown", 1, { status: "STARTED" }))
})

afterEach(() => {
  stop()
  realtime.close()
  vi.useRealTimers()
})

const settle = () => vi.advanceTimersByTimeAsync(0)

async function stands() {
  await settle()
  service.open()
  service.acknowledge()
  await settle()
  service.acknowledgeStarts()
  await settle()
}

function push(query: QueryWithResult) {
  service.say({ type: "data", id: "1", payload: { data: { onReportRefresh: query } } })
}

test("it is live once the service has acknowledged it, and no longer than the connection", async () => {
  expect(live.state.status).toBe("starting")
  await stands()
  expect(live.state.status).toBe("watching")
  service.lose()
  expect(live.state.status).toBe("starting")
})

test("a push is the latest, an older one is not", async () => {
  await stands()
  push(queryOf("new", 7, { watch: "watch" }))
  push(queryOf("late", 6, { watch: "watch" }))
  expect(live.state.latest?.id).toBe("new")
})

test("one that failed is told, and what is shown stays", async () => {
  await stands()
  push(queryOf("new", 7, { status: "FAILED" }))
  expect(live.state).toMatchObject({ failed: { id: "new" }, latest: { id: "shown" } })
})

test("a push that was lost is found after a reconnect", async () => {
  await stands()
  service.lose()
  server.queries = [queryOf("others", 9), queryOf("missed", 8, { watch: "watch" })]
  await vi.advanceTimersByTimeAsync(500)
  await stands()
  expect(live.state.latest?.id).toBe("missed")
})

test("a push that was lost on a good connection is found within a minute", async () => {
  await stands()
  server.queries = [queryOf("missed", 8, { watch: "watch" })]
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  expect(live.state.latest?.id).toBe("missed")
})

test("what ended before anybody watched is asked for once", async () => {
  stop()
  stop = live.start(queryOf("old", 1))
  await stands()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(server.count("SubmitQuery")).toBe(1)
  expect(live.state.latest?.submittedAt).toBe("2026-11-27T06:05:00Z")
})

test("the watch is renewed within the hour, and no more once the page is left", async () => {
  await stands()
  await vi.advanceTimersByTimeAsync(45 * MINUTE_MS)
  expect(server.count("WatchReport")).toBe(2)
  stop()
  await vi.advanceTimersByTimeAsync(120 * MINUTE_MS)
  expect(server.count("WatchReport")).toBe(2)
})

test("a refusal is told", async () => {
  server.refusal = new Refused("NotRefreshed", "No pipeline refreshes report filled.")
  await stands()
  expect(live.state).toMatchObject({ status: "refused", error: server.refusal })
})
