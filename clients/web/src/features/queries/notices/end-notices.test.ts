import { expect, test } from "vitest"
import type { Query } from "../query"
import { EndNotices, type NoticePlatform } from "./end-notices"

class FakePlatform implements NoticePlatform {
  readonly shown: string[] = []
  isSeen = false
  constructor(private readonly taken: Set<string> = new Set()) {}
  isLookedAt = async () => this.isSeen
  once = async (name: string, act: () => void) => {
    if (this.taken.has(name)) return
    this.taken.add(name)
    act()
  }
  show = (title: string) => void this.shown.push(title)
}

function query(status: Query["status"], more: Partial<Query> = {}): Query {
  return { id: "one", kind: "REPORT", status, ...more } as Query
}

async function told(platform: FakePlatform, queries: Query[]): Promise<string[]> {
  const notices = new EndNotices(platform)
  for (const each of queries) await notices.take(each, "Trips", () => {})
  return platform.shown
}

test.each([
  ["FINISHED", ["✓ Trips: Finished"]],
  ["FAILED", ["✗ Trips: Failed"]],
  ["ABORTED", ["■ Trips: Cancelled"]],
  ["STARTED", []],
] as const)("of a query that ran and is %s, %j is told", async (status, expected) => {
  expect(await told(new FakePlatform(), [query("SUBMITTED"), query(status)])).toEqual(expected)
})

test("an end is told once, however often it is heard of", async () => {
  const heard = [query("STARTED"), query("FINISHED"), query("FINISHED")]
  expect(await told(new FakePlatform(), heard)).toHaveLength(1)
})

test("what had ended before is no news", async () => {
  expect(await told(new FakePlatform(), [query("FINISHED")])).toEqual([])
})

test("a live report's refreshes are not told", async () => {
  const heard = [query("STARTED", { watch: "w" }), query("FINISHED", { watch: "w" })]
  expect(await told(new FakePlatform(), heard)).toEqual([])
})

test("whoever looks is not told", async () => {
  const platform = new FakePlatform()
  platform.isSeen = true
  expect(await told(platform, [query("STARTED"), query("FINISHED")])).toEqual([])
})

test("of two tabs, one tells", async () => {
  const taken = new Set<string>()
  const heard = [query("STARTED"), query("FINISHED")]
  const one = await told(new FakePlatform(taken), heard)
  const other = await told(new FakePlatform(taken), heard)
  expect([...one, ...other]).toHaveLength(1)
})
