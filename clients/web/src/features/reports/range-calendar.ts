/** Both ends of a range as one calendar has them: days or months, the first and the last one in it. */
import { label, problem } from "./parameters"
import type { Range } from "./presets"

export interface CalendarRange {
  type: "absolute"
  startDate: string
  endDate: string
}

export type Ends = Pick<CalendarRange, "startDate" | "endDate">

/** null: one end is not given, or is none. */
export function shownInCalendar(
  { first, last }: Range,
  values: Readonly<Record<string, string>>,
): CalendarRange | null {
  const [begin, end] = [values[first.name] ?? "", values[last.name] ?? ""]
  if (!begin || !end || problem(first, begin) || problem(last, end)) return null
  return { type: "absolute", startDate: begin.slice(0, 10), endDate: end.slice(0, 10) }
}

/** The values of both parameters; of timestamps, from the first second to the last one. */
export function chosenInCalendar({ first }: Range, { startDate, endDate }: Ends): [string, string] {
  if (first.type !== "TIMESTAMP") return [startDate, endDate]
  return [`${startDate} 00:00:00`, `${endDate} 23:59:59`]
}

/** What is wrong with a choice, for the reader; null where nothing is. */
export function problemInCalendar(range: Range, ends: Ends): string | null {
  const { first, last } = range
  const unit = first.type === "MONTH" ? "month" : "day"
  if (!ends.startDate || !ends.endDate) return `Give a first and a last ${unit}.`
  if (ends.startDate > ends.endDate) return `The last ${unit} is before the first.`
  const [begin, end] = chosenInCalendar(range, ends)
  const [wrongFirst, wrongLast] = [problem(first, begin), problem(last, end)]
  if (wrongFirst) return `${label(first)}: ${wrongFirst}`
  return wrongLast && `${label(last)}: ${wrongLast}`
}

/** Whether the day, or its month, is within what both ends take. */
export function isInCalendar({ first, last }: Range, day: string): boolean {
  const text = first.type === "MONTH" ? day.slice(0, 7) : day
  const isLate = first.min == null || text >= first.min.slice(0, 10)
  return isLate && (last.max == null || text <= last.max.slice(0, 10))
}
