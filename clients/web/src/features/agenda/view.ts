/** Which days are looked at: by month, week or day, or as a list of a month. */
import { addDays, midnight } from "@/shared/ui/zones"
import type { Range } from "./events/event-source"

export type View = "month" | "week" | "day" | "list"
export const VIEWS: readonly View[] = ["month", "week", "day", "list"]

/** first, last: days, both of them in. */
export interface Days {
  first: string
  last: string
}

/** Sunday is 0, as JavaScript counts; where the browser does not know, weeks begin on Monday. */
export function firstDayOfWeek(locale: string): number {
  const info = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?(): { firstDay: number } }
  return (info.getWeekInfo?.().firstDay ?? 1) % 7
}

/** The days of the view in which the day is. */
export function daysOf(view: View, day: string, weekStart: number): Days {
  switch (view) {
    case "day":
      return { first: day, last: day }
    case "week": {
      const first = addDays(day, -((weekday(day) - weekStart + 7) % 7))
      return { first, last: addDays(first, 6) }
    }
    default: {
      const first = `${day.slice(0, 7)}-01`
      return { first, last: addDays(later(first, 1), -1) }
    }
  }
}

/** The moments that the view shows of; a month also has days of the weeks at its edges. */
export function rangeOf(view: View, days: Days, zone: string): Range {
  const edge = view === "month" ? 7 : 0
  return {
    start: midnight(addDays(days.first, -edge), zone),
    end: midnight(addDays(days.last, edge * 2 + 1), zone),
  }
}

/** The same, and what is all day elsewhere: a day may begin 26 hours sooner or later there. */
export function widened({ start, end }: Range): Range {
  return { start: shifted(start, -26), end: shifted(end, 26) }
}

function shifted(moment: string, hours: number): string {
  return new Date(Date.parse(moment) + hours * 3_600_000).toISOString()
}

/** The day to look at after so many steps forward, or back. */
export function stepped(view: View, day: string, count: number): string {
  if (view === "day") return addDays(day, count)
  return view === "week" ? addDays(day, 7 * count) : later(`${day.slice(0, 7)}-01`, count)
}

/** The first day of a month, so many months later. */
function later(first: string, count: number): string {
  const [year = 0, month = 1] = first.split("-").map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1 + count, 1)
  return date.toISOString().slice(0, 10)
}

function weekday(day: string): number {
  return new Date(`${day}T00:00Z`).getUTCDay()
}

export function isDay(text: string | null): text is string {
  if (!text || !/^[1-9]\d{3}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** `March 2027`, `1 – 7 Mar 2027`, `Monday, 1 March 2027`. */
export function titleOf(view: View, { first, last }: Days): string {
  const [from, to] = [new Date(`${first}T00:00Z`), new Date(`${last}T00:00Z`)]
  if (view === "day") return dayWords(first)
  const isWeek = view === "week"
  const format = new Intl.DateTimeFormat(undefined, {
    timeZone: "UTC",
    year: "numeric",
    month: isWeek ? "short" : "long",
    day: isWeek ? "numeric" : undefined,
  })
  return isWeek ? format.formatRange(from, to) : format.format(from)
}

/** `Monday, 1 March 2027`. */
export function dayWords(day: string): string {
  const format = new Intl.DateTimeFormat(undefined, { timeZone: "UTC", dateStyle: "full" })
  return format.format(new Date(`${day}T00:00Z`))
}
