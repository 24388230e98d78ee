import { expect, test } from "vitest"
import type { ReportParameter } from "./parameters"
import { isWord, scheduledProblem, wordsOf } from "./relative"

const of = (type: ReportParameter["type"]) =>
  ({ type, name: "x", required: true }) as ReportParameter

test.each([
  ["DATE", "yesterday", true],
  ["DATE", "last_week.end", true],
  ["DATE", "last_week", false],
  ["DATE", "last_month", false],
  ["MONTH", "last_month", true],
  ["MONTH", "last_quarter.start", true],
  ["MONTH", "today", false],
  ["TIMESTAMP", "last_30_days.start", true],
  ["TIMESTAMP", "month_to_date.end", true],
  ["TEXT", "today", false],
] as const)("a %s may be %s: %s", (type, word, is) => {
  expect(isWord(of(type), word)).toBe(is)
})

test("a word is no problem, and a value is checked as ever", () => {
  expect(scheduledProblem(of("MONTH"), "last_month")).toBeNull()
  expect(scheduledProblem(of("MONTH"), "last_moon")).not.toBeNull()
  expect(scheduledProblem(of("MONTH"), "2015-06")).toBeNull()
})

test("each type has every word once", () => {
  for (const type of ["DATE", "MONTH", "TIMESTAMP"] as const) {
    const values = wordsOf(of(type)).map(({ value }) => value)
    expect(new Set(values).size).toBe(values.length)
    expect(values.length).toBeGreaterThan(30)
  }
})
