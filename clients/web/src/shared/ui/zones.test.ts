import { expect, test } from "vitest"
import {
  addDays,
  dayOf,
  isZone,
  midnight,
  momentOf,
  wallTime,
  zonedWords,
  zoneNames,
} from "./zones"

test.each([
  ["2027-03-28T00:30:00Z", "Europe/Berlin", "2027-03-28T01:30"],
  ["2027-03-28T01:30:00Z", "Europe/Berlin", "2027-03-28T03:30"],
  ["2027-01-01T03:00:00Z", "America/New_York", "2026-12-31T22:00"],
  ["2027-01-01T00:00:00Z", "Asia/Kathmandu", "2027-01-01T05:45"],
  ["2027-01-01T10:30:00Z", "Pacific/Kiritimati", "2027-01-02T00:30"],
])("at %s the clocks of %s show %s", (moment, zone, wall) => {
  expect(wallTime(moment, zone)).toBe(wall)
  expect(dayOf(moment, zone)).toBe(wall.slice(0, 10))
})

test.each([
  ["2027-03-28T01:59", "Europe/Berlin", "2027-03-28T00:59:00.000Z"],
  ["2027-03-28T02:30", "Europe/Berlin", null], // the clocks go from 2 to 3
  ["2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00:00.000Z"],
  ["2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00.000Z"], // the first of two
  ["2027-10-31T03:00", "Europe/Berlin", "2027-10-31T02:00:00.000Z"],
  ["2027-04-04T01:45", "Australia/Lord_Howe", "2027-04-03T14:45:00.000Z"], // by half an hour
  ["2027-06-01T12:00", "UTC", "2027-06-01T12:00:00.000Z"],
  ["no time", "UTC", null],
])("%s in %s is %s", (wall, zone, moment) => {
  expect(momentOf(wall, zone)).toBe(moment)
})

test.each([
  ["2027-03-28", "Europe/Berlin", "2027-03-27T23:00:00.000Z"],
  ["2027-03-14", "America/Havana", "2027-03-14T05:00:00.000Z"], // begins at 1
])("%s in %s begins at %s", (day, zone, moment) => {
  expect(midnight(day, zone)).toBe(moment)
})

test.each([
  ["Europe/Berlin", /2027, 0?3:30\s?(AM)? Europe\/Berlin \(\S+\)$/],
  ["UTC", /2027, 0?1:30\s?(AM)? UTC$/],
])("a moment in %s is told with its zone", (zone, words) => {
  expect(zonedWords("2027-03-28T01:30:00Z", zone)).toMatch(words)
})

test("days are counted over changes of the clock and of the year", () => {
  expect(addDays("2027-03-28", 1)).toBe("2027-03-29")
  expect(addDays("2027-01-01", -1)).toBe("2026-12-31")
})

test("every zone that is offered is one", () => {
  expect(zoneNames()).toContain("UTC")
  expect(zoneNames()).toContain("Europe/Vienna")
  expect(zoneNames().every(isZone)).toBe(true)
  expect(isZone("Mars/Olympus")).toBe(false)
})
