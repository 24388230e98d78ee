/**
 * An event, and a draft of one as a form has it: checked while one types by the rules of
 * core/agenda/check.py, and turned into what the API takes.
 */
import type { EventStateFragment } from "@/shared/graphql/generated/graphql"
import { addDays, isZone, midnight, momentOf, wallTime } from "@/shared/ui/zones"

export type CalendarEvent = EventStateFragment

export const MAX_TITLE = 200
export const MAX_LOCATION = 200
export const MAX_NOTES = 10_000
const LONGEST_DAYS = 366
const DAY_MS = 86_400_000

/**
 * What a form has.
 *
 * startDay, endDay: of a timed event, those of its times; of an all-day one, its first and last day.
 * startTime, endTime: `09:30`, as the clocks show it in `timezone`.
 */
export interface Draft {
  title: string
  calendar: string
  allDay: boolean
  startDay: string
  startTime: string
  endDay: string
  endTime: string
  timezone: string
  location: string
  notes: string
}

export type Field = "title" | "calendar" | "start" | "end" | "timezone" | "location" | "notes"
export type Problems = Partial<Record<Field, string>>

export function draftOf(event: CalendarEvent): Draft {
  const { title, calendar, timezone, allDay } = event
  const texts = { title, calendar, timezone, allDay, ...textsOf(event) }
  const [startDay = "", startTime = ""] = wallTime(event.start, timezone).split("T")
  const [endDay = "", endTime = ""] = wallTime(event.end, timezone).split("T")
  if (!allDay) return { ...texts, startDay, startTime, endDay, endTime }
  const firstDay = event.firstDay ?? startDay
  const days = { startDay: firstDay, endDay: event.lastDay ?? firstDay }
  return { ...texts, ...days, startTime: "09:00", endTime: "10:00" }
}

function textsOf({ location, notes }: CalendarEvent) {
  return { location: location ?? "", notes: notes ?? "" }
}

/** When a draft is: as the API takes it. `of`: the event that it was; what is not changed stays, to the second. */
export function whenOf(draft: Draft, of?: CalendarEvent) {
  if (draft.allDay) return { firstDay: draft.startDay, lastDay: draft.endDay }
  const was = of && !of.allDay && of.timezone === draft.timezone ? draftOf(of) : null
  const start = `${draft.startDay}T${draft.startTime}`
  const end = `${draft.endDay}T${draft.endTime}`
  const isStart = was && `${was.startDay}T${was.startTime}` === start
  const isEnd = was && `${was.endDay}T${was.endTime}` === end
  return {
    start: of && isStart ? of.start : momentOf(start, draft.timezone),
    end: of && isEnd ? of.end : momentOf(end, draft.timezone),
  }
}

/** The input of createEvent, and of updateEvent with its version. */
export function inputOf(draft: Draft, of?: CalendarEvent) {
  return {
    title: draft.title,
    calendar: draft.calendar,
    timezone: draft.timezone,
    location: draft.location || null,
    notes: draft.notes || null,
    ...whenOf(draft, of),
  }
}

/** The event as it will be; for showing it before the answer is there. */
export function wanted(draft: Draft, event: CalendarEvent): CalendarEvent {
  const when = whenOf(draft, event)
  const days = draft.allDay
    ? {
        firstDay: draft.startDay,
        lastDay: draft.endDay,
        start: midnight(draft.startDay, draft.timezone),
        end: midnight(addDays(draft.endDay, 1), draft.timezone),
      }
    : {
        firstDay: null,
        lastDay: null,
        start: when.start ?? event.start,
        end: when.end ?? event.end,
      }
  return { ...event, title: draft.title, calendar: draft.calendar, allDay: draft.allDay, ...days }
}

/** The draft when it begins at another day or time: it ends later, or sooner, by as much. */
export function begun(draft: Draft, changed: Partial<Draft>): Draft {
  const after = { ...draft, ...changed }
  const [was, is, end] = [wallMs(draft), wallMs(after), wallMs(ending(draft))]
  if (was === null || is === null || end === null || end < was) return after
  const [endDay = "", endTime = ""] = new Date(end + is - was).toISOString().split("T")
  return { ...after, endDay, endTime: draft.allDay ? draft.endTime : endTime.slice(0, 5) }
}

function ending(draft: Draft): Draft {
  return { ...draft, startDay: draft.endDay, startTime: draft.endTime }
}

/** As the clocks show it; null where it is no time yet. */
function wallMs({ allDay, startDay, startTime }: Draft): number | null {
  const time = allDay ? "00:00" : startTime
  return isDay(startDay) && isTime(time) ? Date.parse(`${startDay}T${time}Z`) : null
}

/** What is wrong with a draft, by its field. */
export function problems(draft: Draft): Problems {
  const found: Problems = {
    title: draft.title.trim() ? text(draft.title, MAX_TITLE) : "Give a title.",
    location: text(draft.location, MAX_LOCATION),
    notes: text(draft.notes, MAX_NOTES, /[\n\r\t]/g),
    ...(isZone(draft.timezone) ? when(draft) : { timezone: "There is no such time zone." }),
  }
  return Object.fromEntries(Object.entries(found).filter(([, words]) => words))
}

function text(value: string, longest: number, allowed?: RegExp): string | undefined {
  const { length } = [...value]
  if (length > longest) {
    return `${length.toLocaleString("en")} characters are more than ${longest.toLocaleString("en")}.`
  }
  const rest = allowed ? value.replaceAll(allowed, "") : value
  return /[\p{Cc}\p{Cs}]/u.test(rest) ? "It has a character that is no text." : undefined
}

function when(draft: Draft): Problems {
  const { startDay, endDay } = draft
  if (!isDay(startDay)) return { start: "Give a day as YYYY-MM-DD." }
  if (!isDay(endDay)) return { end: "Give a day as YYYY-MM-DD." }
  if (draft.allDay) return days(startDay, endDay)
  return times(draft)
}

function days(first: string, last: string): Problems {
  if (last < first) return { end: "The last day is before the first." }
  const length = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1
  return length > LONGEST_DAYS ? tooLong() : {}
}

function times({ startDay, startTime, endDay, endTime, timezone }: Draft): Problems {
  if (!isTime(startTime)) return { start: "Give a time as hh:mm." }
  if (!isTime(endTime)) return { end: "Give a time as hh:mm." }
  const start = momentOf(`${startDay}T${startTime}`, timezone)
  const end = momentOf(`${endDay}T${endTime}`, timezone)
  if (!start) return { start: skipped(timezone) }
  if (!end) return { end: skipped(timezone) }
  if (end <= start) return { end: "The end is not after the start." }
  return Date.parse(end) - Date.parse(start) > LONGEST_DAYS * DAY_MS ? tooLong() : {}
}

function skipped(zone: string): string {
  return `The clocks of ${zone} leave this time out on that day.`
}

function tooLong(): Problems {
  return { end: `An event is at most ${LONGEST_DAYS} days long.` }
}

function isDay(day: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return false
  const ms = Date.parse(`${day}T00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day)
}

function isTime(time: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(time)
}

/** The field that the server's words are about; null where they are about none. */
export function fieldOf(type: string, message: string): Field | null {
  if (type === "CalendarNotFound") return "calendar"
  const word = /^(?:The event (?=ends|is longer))?(\w+)/.exec(message)?.[1] ?? ""
  return FIELDS[word] ?? null
}

const FIELDS: Record<string, Field> = {
  title: "title",
  location: "location",
  notes: "notes",
  timezone: "timezone",
  start: "start",
  firstDay: "start",
  end: "end",
  lastDay: "end",
  ends: "end",
  is: "end",
}

/** What one has changed of `base`, over what it has become meanwhile. */
export function rebased(base: Draft, mine: Draft, theirs: Draft): Draft {
  const isMoved = TIMES.some((name) => mine[name] !== base[name])
  const taken = [...TEXTS.filter((name) => mine[name] !== base[name]), ...(isMoved ? TIMES : [])]
  return { ...theirs, ...Object.fromEntries(taken.map((name) => [name, mine[name]])) }
}

const TEXTS = ["title", "calendar", "location", "notes"] as const
const TIMES = ["allDay", "startDay", "startTime", "endDay", "endTime", "timezone"] as const

/** Whether they say the same. */
export function isSame(one: Draft, other: Draft): boolean {
  return (
    TEXTS.every((name) => one[name] === other[name]) &&
    one.timezone === other.timezone &&
    whenWords(one) === whenWords(other)
  )
}

/** What is different, in words: `Title: “Release” is now “Release 1.4”`. */
export function differences(
  base: CalendarEvent,
  theirs: CalendarEvent,
  calendarName: (id: string) => string,
): string[] {
  const [before, after] = [draftOf(base), draftOf(theirs)]
  const told = (label: string, old: string, now: string) =>
    old === now ? [] : [`${label}: “${shown(old)}” is now “${shown(now)}”`]
  return [
    ...told("Title", before.title, after.title),
    ...told("Calendar", calendarName(before.calendar), calendarName(after.calendar)),
    ...told("When", whenWords(before), whenWords(after)),
    ...told("Location", before.location, after.location),
    ...told("Notes", before.notes, after.notes),
  ]
}

function shown(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value || "nothing"
}

/** `2027-03-01 13:00 to 14:00, Europe/Vienna`; `2027-03-01 to 2027-03-02`. */
export function whenWords(draft: Draft): string {
  const { startDay, endDay, startTime, endTime } = draft
  if (draft.allDay) return startDay === endDay ? startDay : `${startDay} to ${endDay}`
  const end = startDay === endDay ? endTime : `${endDay} ${endTime}`
  return `${startDay} ${startTime} to ${end}, ${draft.timezone}`
}
