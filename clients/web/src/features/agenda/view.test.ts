import { expect, test } from "vitest"
import { countries, suggestedCountry } from "./countries"
import { parsed } from "./preferences"
import { daysOf, isDay, rangeOf, stepped, type View, widened } from "./view"

test.each<[View, string, number, string, string]>([
  ["day", "2027-03-28", 1, "2027-03-28", "2027-03-28"],
  ["week", "2027-03-28", 1, "2027-03-22", "2027-03-28"],
  ["week", "2027-03-28", 0, "2027-03-28", "2027-04-03"],
  ["month", "2028-02-10", 1, "2028-02-01", "2028-02-29"],
  ["list", "2026-12-31", 1, "2026-12-01", "2026-12-31"],
])("the %s of %s is, with weeks from %d, %s to %s", (view, day, weekStart, first, last) => {
  expect(daysOf(view, day, weekStart)).toEqual({ first, last })
})

test.each<[View, string, number, string]>([
  ["day", "2027-12-31", 1, "2028-01-01"],
  ["week", "2027-03-28", -1, "2027-03-21"],
  ["month", "2027-01-31", 1, "2027-02-01"],
  ["list", "2027-01-31", -1, "2026-12-01"],
])("a %s from %s by %d leads to %s", (view, day, count, to) => {
  expect(stepped(view, day, count)).toBe(to)
})

test("a day on which the clocks change has 23 hours", () => {
  const { start, end } = rangeOf(
    "day",
    { first: "2027-03-28", last: "2027-03-28" },
    "Europe/Berlin",
  )
  expect([start, end]).toEqual(["2027-03-27T23:00:00.000Z", "2027-03-28T22:00:00.000Z"])
  expect(widened({ start, end })).toEqual({
    start: "2027-03-26T21:00:00.000Z",
    end: "2027-03-30T00:00:00.000Z",
  })
})

test.each(["2027-02-29", "2027-3-1", "", "today", null])("%s is no day", (text) => {
  expect(isDay(text)).toBe(false)
})

test("there is every country once", () => {
  const codes = countries().map(({ code }) => code)
  expect(codes).toEqual(expect.arrayContaining(["AT", "DE", "US", "GB"]))
  expect(codes.filter((code) => ["DD", "UK", "EU", "ZZ"].includes(code))).toEqual([])
  expect(new Set(codes).size).toBe(codes.length)
})

test.each([
  ["de-AT", "AT"],
  ["de", "DE"],
  ["en-US", "US"],
])("who reads %s may be in %s", (locale, country) => {
  expect(suggestedCountry(locale)).toBe(country)
})

test.each([null, "", "{", "[]", '{"hiddenKinds": "all", "country": 3}'])(
  "what is stored as %s chooses nothing",
  (text) => {
    const nothing = { hiddenKinds: [], hiddenCalendars: [], country: "", subdivision: "" }
    expect(parsed(text)).toEqual(nothing)
  },
)
