import { expect, test } from "vitest"
import { filledAs, rebasedSchedule, type Schedule, scheduleDifferences } from "./schedule"

const BASE = {
  id: "0b5f6a3e-0000-4000-8000-000000000001",
  report: "taxi_by_day",
  parameters: [{ name: "month", value: "2015-06" }],
  expression: "cron(0 7 ? * MON-FRI *)",
  timezone: "Europe/Berlin",
  notify: false,
  export: null,
  skipHolidays: null,
  pausedAt: null,
  version: 1,
} as unknown as Schedule
const SHOWN = { airport_only: "false" } // by the form, where the schedule gives nothing
const THEIRS: Schedule = {
  ...BASE,
  version: 2,
  notify: true,
  expression: "cron(0 8 ? * MON-FRI *)",
  parameters: [
    { name: "month", value: "2015-07" },
    { name: "airport_only", value: "true" },
  ],
  skipHolidays: { country: "DE", subdivision: "BY" },
}

function mine(draft: object, values: Record<string, string> = {}) {
  const filled = filledAs(BASE)
  const all = { ...SHOWN, ...filled.values, ...values }
  return rebasedSchedule(BASE, { draft: { ...filled.draft, ...draft }, values: all }, THEIRS, SHOWN)
}

test("of a form in which nothing was changed, all is theirs", () => {
  expect(mine({})).toEqual(filledAs(THEIRS))
})

test("what was changed is kept, and nothing else", () => {
  const found = mine({ timezone: "Asia/Tokyo" }, { month: "2015-01" })
  expect(found.draft).toEqual({ ...filledAs(THEIRS).draft, timezone: "Asia/Tokyo" })
  expect(found.values).toEqual({ month: "2015-01", airport_only: "true" })
})

test("a value that was cleared stays cleared", () => {
  expect(mine({}, { month: "" }).values.month).toBe("")
})

test("a country is chosen with its part", () => {
  expect(mine({ country: "AT" }).draft).toMatchObject({ country: "AT", subdivision: "" })
})

test("another report has the values that were given for it", () => {
  const { draft, values } = mine({ report: "taxi_by_hour" }, { days: "workdays" })
  expect(draft.report).toBe("taxi_by_hour")
  expect(values).toEqual({ ...SHOWN, month: "2015-06", days: "workdays" })
})

test("what has become different is told", () => {
  expect(scheduleDifferences(BASE, { ...BASE, report: "taxi_by_hour", notify: true })).toEqual([
    "Report: “taxi_by_day” is now “taxi_by_hour”",
    "Each run: “nothing” is now “a mail”",
  ])
})
