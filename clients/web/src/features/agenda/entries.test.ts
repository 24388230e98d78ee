import { expect, test } from "vitest"
import { byDay, type Entry, elsewhere, ofOccurrences, timeWords, withPushed } from "./entries"

const ZONE = "Europe/Berlin"
const WEEK = { first: "2027-03-01", last: "2027-03-07" }

function entry(id: string, more: Partial<Entry>): Entry {
  return { id, kind: "event", look: "event", title: id, word: "", ...more }
}

const ids = (entries: Entry[]) =>
  byDay(entries, WEEK, ZONE).map(([day, all]) => [day, all.map(({ id }) => id).join(" ")])

test("a day has what is all day first, then by time", () => {
  const late = entry("late", { start: "2027-03-01T20:00:00Z", end: "2027-03-01T21:00:00Z" })
  const early = entry("early", { start: "2027-03-01T07:00:00Z" })
  const whole = entry("whole", { days: { first: "2027-03-01", last: "2027-03-01" } })
  expect(ids([late, early, whole])).toEqual([["2027-03-01", "whole early late"]])
})

test("what ends at midnight is not on the next day", () => {
  const night = entry("night", { start: "2027-03-01T22:00:00Z", end: "2027-03-01T23:00:00Z" })
  expect(ids([night])).toEqual([["2027-03-01", "night"]])
})

test("what is longer than the days looked at is on each of them", () => {
  const long = entry("long", { days: { first: "2027-02-01", last: "2027-04-01" } })
  expect(ids([long])).toHaveLength(7)
})

test("of several days each says its part", () => {
  const trip = entry("trip", { start: "2027-03-01T07:00:00Z", end: "2027-03-03T07:00:00Z" })
  const words = ["2027-03-01", "2027-03-02", "2027-03-03"].map((day) => timeWords(trip, day, ZONE))
  expect(words).toEqual(["From 08:00", "All day", "Until 08:00"])
})

test.each([
  ["America/New_York", " (07:00–08:00 America/New_York)"],
  ["Europe/Berlin", ""],
  ["Europe/Vienna", ""], // whose clocks show the same
])("an event of %s is told with%s", (timezone, words) => {
  const times = { start: "2027-03-01T12:00:00Z", end: "2027-03-01T13:00:00Z" }
  expect(elsewhere({ allDay: false, timezone, ...times } as never, ZONE)).toBe(words)
})

const RUN = { id: "q", status: "FINISHED", version: 4, error: null }
const SKIPPED = {
  ...RUN,
  status: "ABORTED",
  error: { type: "RunSkipped", message: "Left out: May Day." },
}

test.each([
  [{ query: null, holiday: null }, "planned", "Planned"],
  [{ query: null, holiday: "May Day" }, "left-out", "Will be left out: May Day"],
  [{ query: RUN, holiday: null }, "finished", "FINISHED"],
  [{ query: SKIPPED, holiday: null }, "left-out", "Left out: May Day."],
  [{ query: { ...RUN, status: "STARTED" }, holiday: null }, "running", "STARTED"],
])("an occurrence %j is %s, in words", (given, look, word) => {
  const occurrence = { at: "2027-03-01T07:00:00Z", schedule: "s", report: "r", ...given } as never
  const titles = new Map([["r", "The report"]])
  const [found] = ofOccurrences([occurrence], (run) => run.status, titles)
  expect(found).toMatchObject({ look, word, title: "The report", kind: "report" })
})

test("a run is as it was pushed last", () => {
  const listed = [{ at: "2027-03-01T07:00:00Z", query: { ...RUN, version: 2, status: "STARTED" } }]
  const pushed = (version: number) => new Map([["q", { ...RUN, version }]]) as never
  expect(withPushed(listed as never, pushed(4))[0]?.query?.status).toBe("FINISHED")
  expect(withPushed(listed as never, pushed(1))[0]?.query?.status).toBe("STARTED")
})
