import { expect, test } from "vitest"
import {
  begun,
  type CalendarEvent,
  type Draft,
  differences,
  draftOf,
  fieldOf,
  inputOf,
  problems,
  rebased,
  wanted,
} from "./event"

const DRAFT: Draft = {
  title: "Release",
  calendar: "user:1",
  allDay: false,
  startDay: "2027-03-01",
  startTime: "13:00",
  endDay: "2027-03-01",
  endTime: "14:00",
  timezone: "Europe/Berlin",
  location: "",
  notes: "",
}

const EVENT: CalendarEvent = {
  id: "0b5f6a3e-0000-4000-8000-000000000001",
  calendar: "user:1",
  title: "Release",
  start: "2027-03-01T12:00:00.000Z",
  end: "2027-03-01T13:00:00.000Z",
  timezone: "Europe/Berlin",
  allDay: false,
  firstDay: null,
  lastDay: null,
  location: null,
  notes: null,
  owner: "1",
  version: 1,
  createdAt: "2027-01-01T00:00:00.000Z",
  updatedAt: "2027-01-01T00:00:00.000Z",
}

const HOLIDAY: CalendarEvent = {
  ...EVENT,
  allDay: true,
  timezone: "Pacific/Kiritimati",
  firstDay: "2027-03-01",
  lastDay: "2027-03-02",
  start: "2027-02-28T10:00:00.000Z",
  end: "2027-03-02T10:00:00.000Z",
}

test("an event is a draft in its own zone, and the other way round", () => {
  expect(draftOf(EVENT)).toEqual(DRAFT)
  expect(inputOf(DRAFT)).toMatchObject({ start: EVENT.start, end: EVENT.end, location: null })
})

test("the days of an all-day event are its own, wherever one looks from", () => {
  const draft = draftOf(HOLIDAY)
  expect(draft).toMatchObject({ startDay: "2027-03-01", endDay: "2027-03-02" })
  expect(inputOf(draft)).toMatchObject({ firstDay: "2027-03-01", lastDay: "2027-03-02" })
  expect(wanted(draft, HOLIDAY)).toEqual(HOLIDAY)
})

test("a time that nobody has changed stays, to the second", () => {
  const event = { ...EVENT, start: "2027-10-31T01:30:42.000Z", end: "2027-10-31T02:30:00.000Z" }
  const draft = { ...draftOf(event), endTime: "04:00" } // it begins in the second 02:30 of two
  expect(inputOf(draft, event)).toMatchObject({
    start: event.start,
    end: "2027-10-31T03:00:00.000Z",
  })
})

const WRONG: [string, Partial<Draft>, string][] = [
  ["no title", { title: " " }, "title"],
  ["a long title", { title: "x".repeat(201) }, "title"],
  ["a title of two lines", { title: "a\nb" }, "title"],
  ["a long location", { location: "x".repeat(201) }, "location"],
  ["long notes", { notes: "x".repeat(10_001) }, "notes"],
  ["notes with a bell", { notes: "\u0007" }, "notes"],
  ["no zone", { timezone: "Mars/Olympus" }, "timezone"],
  ["no day", { startDay: "2027-02-30" }, "start"],
  ["no time", { endTime: "24:00" }, "end"],
  ["an end at the start", { endTime: "13:00" }, "end"],
  ["a time that is skipped", { startDay: "2027-03-28", startTime: "02:30" }, "start"],
  ["more than 366 days", { endDay: "2028-03-03" }, "end"],
  ["days in the wrong order", { allDay: true, endDay: "2027-02-28" }, "end"],
  ["more than 366 whole days", { allDay: true, endDay: "2028-03-01" }, "end"],
]

test.each(WRONG)("%s is wrong", (_, changed, field) => {
  expect(Object.keys(problems({ ...DRAFT, ...changed }))).toEqual([field])
})

const RIGHT: [string, Partial<Draft>][] = [
  ["a title of 200 signs beyond the first plane", { title: "😀".repeat(200) }],
  ["notes of several lines", { notes: "one\n\ttwo" }],
  ["one whole day", { allDay: true }],
  ["366 days", { allDay: true, endDay: "2028-02-29" }],
]

test.each(RIGHT)("%s is right", (_, changed) => {
  expect(problems({ ...DRAFT, ...changed })).toEqual({})
})

test.each([
  ["InvalidEvent", "title has 201 characters; give at most 200.", "title"],
  ["InvalidEvent", "The event ends 2020-01-01T00:00:00.000Z; events are kept for two years", "end"],
  ["InvalidEvent", "The event is longer than 366 days; give an earlier end.", "end"],
  ["CalendarNotFound", "You have no calendar group:x.", "calendar"],
  ["NotAuthorized", "Sign in first.", null],
])("of %s, “%s” is about %s", (type, message, field) => {
  expect(fieldOf(type, message)).toBe(field)
})

const BEGUN: [Partial<Draft>, Partial<Draft>, string][] = [
  [{}, { startTime: "23:30" }, "2027-03-02 00:30"],
  [{}, { startDay: "2027-03-05" }, "2027-03-05 14:00"],
  [{}, { startTime: "2" }, "2027-03-01 14:00"], // still being typed
  [{ endTime: "12:00" }, { startTime: "14:00" }, "2027-03-01 12:00"], // was wrong before
  [{ allDay: true, endDay: "2027-03-02" }, { startDay: "2027-03-09" }, "2027-03-10 14:00"],
]

test.each(BEGUN)("%j that begins at %j ends %s", (draft, changed, end) => {
  const after = begun({ ...DRAFT, ...draft }, changed)
  expect(`${after.endDay} ${after.endTime}`).toBe(end)
})

test("what I changed is applied over what they changed", () => {
  const mine = { ...DRAFT, title: "Release 1.4", endTime: "15:00" }
  const theirs = { ...DRAFT, location: "Vienna", title: "Launch" }
  expect(rebased(DRAFT, mine, theirs)).toEqual({
    ...theirs,
    title: "Release 1.4",
    endTime: "15:00",
  })
})

test("what they changed is told, field by field", () => {
  const theirs = { ...EVENT, title: "Launch", location: "Vienna" }
  expect(differences(EVENT, theirs, (id) => id)).toEqual([
    "Title: “Release” is now “Launch”",
    "Location: “nothing” is now “Vienna”",
  ])
})
