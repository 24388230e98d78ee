import { expect, test } from "vitest"
import { bounds, periodIn, withPeriod } from "./history-period"

const NOW = Date.parse("2026-11-27T12:00:00Z")

test.each([
  ["", {}],
  ["last=1h", { submittedAfter: "2026-11-27T11:00:00.000Z" }],
  ["last=7d", { submittedAfter: "2026-11-20T12:00:00.000Z" }],
  ["last=2w", { submittedAfter: "2026-11-13T12:00:00.000Z" }],
  [
    "from=2026-11-01T00:00:00%2B01:00&to=2026-11-01T23:59:59%2B01:00",
    { submittedAfter: "2026-10-31T23:00:00.000Z", submittedBefore: "2026-11-01T23:00:00.000Z" },
  ],
  ["last=soon", {}],
  ["last=99999h", {}],
  ["from=2026-11-02&to=2026-11-01", {}],
  ["from=2026-11-02", {}],
  ["from=x&to=y", {}],
])("%j asks for %j", (search, expected) => {
  expect(bounds(periodIn(new URLSearchParams(search)), NOW)).toEqual(expected)
})

test.each([
  "last=24h",
  "from=2026-11-01T00%3A00%3A00%2B01%3A00&to=2026-11-02T00%3A00%3A00%2B01%3A00",
])("%j is written as it is read, and the rest stays", (search) => {
  const period = periodIn(new URLSearchParams(search))
  const before = new URLSearchParams("report=canary&last=1h")
  expect(withPeriod(before, period).toString()).toBe(`report=canary&${search}`)
  expect(withPeriod(before, null).toString()).toBe("report=canary")
})
