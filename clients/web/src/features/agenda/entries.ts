/**
 * What an agenda shows, whatever it is: events, runs of schedules and pipelines, and public holidays.
 *
 * An all-day event and a holiday have days, which are the same in every time zone, so they are never
 * reckoned from moments.
 */
import type { ListHolidaysQuery, ListOccurrencesQuery } from "@/shared/graphql/generated/graphql"
import { addDays, dayOf, wallTime } from "@/shared/ui/zones"
import type { CalendarEvent } from "./events/event"
import type { Days } from "./view"

export type Occurrence = ListOccurrencesQuery["listOccurrences"][number]
export type Run = NonNullable<Occurrence["query"]>
export type Holiday = ListHolidaysQuery["listHolidays"][number]

export type Kind = "event" | "report" | "pipeline" | "holiday"
export const KINDS: Record<Kind, string> = {
  event: "Events",
  report: "Scheduled reports",
  pipeline: "Pipelines",
  holiday: "Public holidays",
}

/** How it looks: sign and colour; `word` says the same. */
export type Look =
  | "event"
  | "holiday"
  | "planned"
  | "left-out"
  | "running"
  | "finished"
  | "failed"
  | "cancelled"

/**
 * days: of what has days. start, end: of what has times, as moments; a run has no end.
 * word: how a run is, or which calendar an event is of.
 */
export interface Entry {
  id: string
  kind: Kind
  look: Look
  title: string
  word: string
  days?: Days
  start?: string
  end?: string
  event?: CalendarEvent
  occurrence?: Occurrence
}

export function ofEvents(
  events: readonly CalendarEvent[],
  zone: string,
  calendarName: (id: string) => string,
): Entry[] {
  return events.map((event) => {
    const { id, calendar, start, end, firstDay, lastDay } = event
    const title = event.title + elsewhere(event, zone)
    const entry: Entry = { id, kind: "event", look: "event", title, word: "", event }
    entry.word = calendarName(calendar)
    if (event.allDay && firstDay)
      return { ...entry, days: { first: firstDay, last: lastDay ?? firstDay } }
    return { ...entry, start, end }
  })
}

/** ` (08:00–09:00 America/New_York)`, where the clocks of its own zone show something else. */
export function elsewhere({ allDay, start, end, timezone }: CalendarEvent, zone: string): string {
  if (allDay || timezone === zone) return ""
  const [there, here] = [wallTime(start, timezone), wallTime(start, zone)]
  if (there === here) return ""
  return ` (${there.slice(11)}–${wallTime(end, timezone).slice(11)} ${timezone})`
}

/** statusWord: how a run is. titles: of reports and pipelines, by name. */
export function ofOccurrences(
  occurrences: readonly Occurrence[],
  statusWord: (run: Run) => string,
  titles: ReadonlyMap<string, string>,
): Entry[] {
  return occurrences.map((occurrence) => {
    const { at, schedule, report, pipeline, query } = occurrence
    const name = report ?? pipeline ?? ""
    return {
      id: query?.id ?? `${schedule ?? pipeline}@${at}`,
      kind: pipeline ? "pipeline" : "report",
      look: lookOf(occurrence),
      title: titles.get(name) ?? name,
      word: wordOf(occurrence, statusWord),
      start: at,
      occurrence,
    }
  })
}

function lookOf({ query, holiday }: Occurrence): Look {
  if (!query) return holiday ? "left-out" : "planned"
  if (isLeftOut(query)) return "left-out"
  return LOOKS[query.status] ?? "running"
}

const LOOKS: Partial<Record<Run["status"], Look>> = {
  FINISHED: "finished",
  FAILED: "failed",
  ABORTED: "cancelled",
}

function wordOf({ query, holiday }: Occurrence, statusWord: (run: Run) => string): string {
  if (!query) return holiday ? `Will be left out: ${holiday}` : "Planned"
  return isLeftOut(query) ? (query.error?.message ?? "Left out") : statusWord(query)
}

/** Recorded, so that one knows why nothing has run. */
export function isLeftOut({ error }: Run): boolean {
  return error?.type === "RunSkipped"
}

export function ofHolidays(holidays: readonly Holiday[]): Entry[] {
  return holidays.map(({ date, name }) => ({
    id: `holiday ${date} ${name}`,
    kind: "holiday",
    look: "holiday",
    title: name,
    word: "Public holiday",
    days: { first: date, last: date },
  }))
}

/** Of what was listed, and what was pushed since: the later of each run. */
export function withPushed(
  occurrences: readonly Occurrence[],
  pushed: ReadonlyMap<string, Run>,
): Occurrence[] {
  return occurrences.map((occurrence) => {
    const run = occurrence.query && pushed.get(occurrence.query.id)
    const isLater = run && occurrence.query && run.version > occurrence.query.version
    return isLater ? { ...occurrence, query: run } : occurrence
  })
}

/** The days on which it is, in the zone. */
export function daysOfEntry({ days, start = "", end = start }: Entry, zone: string): Days {
  if (days) return days
  const first = dayOf(start, zone)
  const last = end === start ? first : dayOf(new Date(Date.parse(end) - 1).toISOString(), zone)
  return { first, last: later(first, last) }
}

function earlier(one: string, other: string): string {
  if (one < other) return one
  return other
}

function later(one: string, other: string): string {
  return earlier(one, other) === one ? other : one
}

/** What is on each of the days that have anything, in order; what is all day comes first. */
export function byDay(entries: readonly Entry[], days: Days, zone: string): [string, Entry[]][] {
  const found = new Map<string, Entry[]>()
  for (const entry of entries) {
    const { first, last } = daysOfEntry(entry, zone)
    const until = earlier(last, days.last)
    for (let day = later(first, days.first); day <= until; day = addDays(day, 1)) {
      found.set(day, [...(found.get(day) ?? []), entry])
    }
  }
  const ordered = [...found].sort(([one], [other]) => (one < other ? -1 : 1))
  return ordered.map(([day, all]) => [day, all.sort((one, other) => order(one, other))])
}

function order(one: Entry, other: Entry): number {
  const [first, second] = [place(one), place(other)]
  return first < second ? -1 : first > second ? 1 : 0
}

function place({ start = "", title, id }: Entry): string {
  return `${start} ${title} ${id}`
}

/** `13:00–14:00`, as the clocks of the zone show it; of a day that is not its first or last, what is there. */
export function timeWords({ days, start = "", end }: Entry, day: string, zone: string): string {
  if (days) return "All day"
  const from = wallTime(start, zone)
  if (!end) return from.slice(11)
  const to = wallTime(end, zone)
  const isFirst = from.startsWith(day)
  const isLast = to.startsWith(day)
  if (isFirst && isLast) return `${from.slice(11)}–${to.slice(11)}`
  if (isFirst) return `From ${from.slice(11)}`
  return isLast ? `Until ${to.slice(11)}` : "All day"
}
