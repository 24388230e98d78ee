import { expect, test } from "vitest"
import type { ReportParameter } from "./parameters"
import type { Range } from "./presets"
import {
  chosenInCalendar,
  isInCalendar,
  problemInCalendar,
  shownInCalendar,
} from "./range-calendar"

function range(type: ReportParameter["type"], bounds: Partial<ReportParameter> = {}): Range {
  const undeclared = { title: null, description: null, default: null, min: null, max: null }
  const unbounded = { maxLength: null, scale: null, options: null }
  const one = (name: string) => ({
    ...{ name, type, required: true },
    ...{ ...undeclared, ...unbounded, ...bounds },
  })
  return { first: one("from"), last: one("to") }
}

test.each([
  ["DATE", "2015-06-01", "2015-06-30", "2015-06-01", "2015-06-30"],
  ["MONTH", "2015-06", "2015-08", "2015-06", "2015-08"],
  ["TIMESTAMP", "2015-06-01 00:00:00", "2015-06-30 23:59:59", "2015-06-01", "2015-06-30"],
] as const)("of %s a calendar shows what it gives", (type, from, to, startDate, endDate) => {
  const shown = shownInCalendar(range(type), { from, to })
  expect(shown).toEqual({ type: "absolute", startDate, endDate })
  expect(chosenInCalendar(range(type), { startDate, endDate })).toEqual([from, to])
})

test.each([[{ from: "2015-06-01", to: "" }], [{ from: "2015-06-01", to: "2015-06-31" }], [{}]])(
  "%j is nothing that a calendar could show",
  (values) => {
    expect(shownInCalendar(range("DATE"), values)).toBeNull()
  },
)

test.each([
  ["2015-06-01", "2015-06-01", null],
  ["2015-06-02", "2015-06-01", "The last day is before the first."],
  ["2015-06-02", "", "Give a first and a last day."],
  ["2014-12-31", "2015-06-01", /^From: Out of range/],
  ["2015-12-31", "2016-01-01", /^To: Out of range/],
])("%s to %s: %s", (startDate, endDate, words) => {
  const year = range("DATE", { min: "2015-01-01", max: "2015-12-31" })
  const found = problemInCalendar(year, { startDate, endDate })
  if (words instanceof RegExp) expect(found).toMatch(words)
  else expect(found).toBe(words)
})

test.each([
  ["DATE", "2015-01-01", "2014-12-31", false],
  ["DATE", "2015-01-01", "2015-01-01", true],
  ["MONTH", "2015-01", "2014-12-31", false],
  ["MONTH", "2015-01", "2015-01-31", true],
] as const)("of %s from %s, %s can be picked: %s", (type, min, day, isIn) => {
  expect(isInCalendar(range(type, { min, max: min }), day)).toBe(isIn)
})
