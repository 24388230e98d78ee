import { describe, expect, test } from "vitest"
import type { ReportParameter } from "./parameters"
import { isReversed, presets, rangePresets, ranges } from "./presets"

const NOW = new Date(2028, 1, 29, 9, 5, 7) // the clock of the reader

function parameter(name: string, more: Partial<ReportParameter> = {}): ReportParameter {
  const undeclared = { title: null, description: null, default: null, min: null, max: null }
  const unbounded = { maxLength: null, scale: null, options: null }
  return { name, type: "DATE", required: true, ...undeclared, ...unbounded, ...more }
}

function value(type: ReportParameter["type"], text: string): string | undefined {
  return presets(parameter("p", { type }), NOW).find((each) => each.text === text)?.value
}

test.each([
  ["DATE", "Today", "2028-02-29"],
  ["DATE", "Yesterday", "2028-02-28"],
  ["DATE", "First day of this month", "2028-02-01"],
  ["DATE", "Last day of last month", "2028-01-31"],
  ["MONTH", "This month", "2028-02"],
  ["MONTH", "Last month", "2028-01"],
  ["MONTH", "This month of last year", "2027-02"],
  ["TIMESTAMP", "Now", "2028-02-29 09:05:07"],
  ["TIMESTAMP", "Beginning of yesterday", "2028-02-28 00:00:00"],
] as const)("%s: %s is %s", (type, text, expected) => {
  expect(value(type, text)).toBe(expected)
})

test("last month of January is in the year before", () => {
  const found = presets(parameter("p", { type: "MONTH" }), new Date(2028, 0, 31))
  expect(found.find(({ text }) => text === "Last month")?.value).toBe("2027-12")
})

test("what is out of bounds is not offered, and the bounds are", () => {
  const bounded = parameter("p", { type: "MONTH", min: "2015-01", max: "2015-12" })
  expect(presets(bounded, NOW).map((each) => each.value)).toEqual(["2015-01", "2015-12"])
})

test("what is no time has none", () => {
  expect(presets(parameter("p", { type: "INTEGER", min: "1" }), NOW)).toEqual([])
})

describe("a range", () => {
  test.each([
    ["from", "to", true],
    ["from_day", "to_day", true],
    ["day_from", "day_to", true],
    ["start_date", "end_date", true],
    ["first", "last", true],
    ["min_day", "max_day", true],
    ["from_day", "to_month", false],
    ["from", "end", false],
    ["fromage", "toage", false],
    ["to", "from", true],
  ])("%s and %s: %s", (one, other, isOne) => {
    expect(ranges([parameter(one), parameter(other)])).toHaveLength(isOne ? 1 : 0)
  })

  test("is of one type, and of times", () => {
    expect(ranges([parameter("from"), parameter("to", { type: "MONTH" })])).toEqual([])
    const numbers = [parameter("min", { type: "INTEGER" }), parameter("max", { type: "INTEGER" })]
    expect(ranges(numbers)).toEqual([])
  })

  test.each([
    ["DATE", "Last 7 days", "2028-02-23", "2028-02-29"],
    ["DATE", "Month to date", "2028-02-01", "2028-02-29"],
    ["DATE", "Last month", "2028-01-01", "2028-01-31"],
    ["DATE", "Last 12 months", "2027-03-01", "2028-02-29"],
    ["DATE", "Last year", "2027-01-01", "2027-12-31"],
    ["MONTH", "Last 12 months", "2027-03", "2028-02"],
    ["MONTH", "Last year", "2027-01", "2027-12"],
    ["TIMESTAMP", "Yesterday", "2028-02-28 00:00:00", "2028-02-28 23:59:59"],
  ] as const)("of %s: %s is %s to %s", (type, text, first, last) => {
    const range = { first: parameter("from", { type }), last: parameter("to", { type }) }
    expect(rangePresets(range, NOW).find((each) => each.text === text)).toMatchObject({
      first,
      last,
    })
  })

  test("that both ends do not take is not offered, and all there is, is", () => {
    const range = {
      first: parameter("from", { min: "2015-01-01" }),
      last: parameter("to", { max: "2015-12-31" }),
    }
    expect(rangePresets(range, NOW).map(({ text }) => text)).toEqual(["All there is"])
  })

  test("may be the wrong way round", () => {
    const range = { first: parameter("from"), last: parameter("to") }
    expect(isReversed(range, { from: "2015-02-01", to: "2015-01-01" })).toBe(true)
    expect(isReversed(range, { from: "2015-01-01", to: "2015-01-01" })).toBe(false)
    expect(isReversed(range, { from: "2015-02-01", to: "" })).toBe(false)
    expect(isReversed(range, { from: "2015-02-01", to: "2015-01" })).toBe(false)
  })
})
