/**
 * Values that people mean when they say when: today, last month. They are reckoned in the reader's
 * zone, and put into the field as the plain days and months that they are now.
 */
import { problem, type ReportParameter } from "./parameters"

export interface Preset {
  id: string
  text: string
  value: string
}

type Moment = (now: Date) => Date
type WhenType = "DATE" | "MONTH" | "TIMESTAMP"

const DAYS: Record<string, Moment> = {
  Today: (now) => day(now, 0),
  Yesterday: (now) => day(now, -1),
  "First day of this month": (now) => firstOfMonth(now, 0),
  "First day of last month": (now) => firstOfMonth(now, -1),
  "Last day of last month": (now) => lastOfMonth(now, -1),
  "First day of this year": (now) => new Date(now.getFullYear(), 0, 1),
}

const PRESETS: Record<WhenType, Record<string, Moment>> = {
  DATE: DAYS,
  MONTH: {
    "This month": (now) => firstOfMonth(now, 0),
    "Last month": (now) => firstOfMonth(now, -1),
    "This month of last year": (now) => firstOfMonth(now, -12),
    "First month of this year": (now) => new Date(now.getFullYear(), 0, 1),
  },
  TIMESTAMP: {
    Now: (now) => now,
    "24 hours ago": (now) => new Date(now.getTime() - 24 * 3_600_000),
    "Beginning of today": (now) => day(now, 0),
    "Beginning of yesterday": (now) => day(now, -1),
    "Beginning of this month": (now) => firstOfMonth(now, 0),
    "Beginning of last month": (now) => firstOfMonth(now, -1),
  },
}

/** Those that the parameter takes, and its own bounds; none for what is no time. */
export function presets(parameter: ReportParameter, now: Date): Preset[] {
  const { type, min, max } = parameter
  if (!isWhen(type)) return []
  const times = Object.entries(PRESETS[type]).map(([text, moment]) => [
    text,
    spelled(moment(now), type),
  ])
  const bounds = [
    ["Earliest there is", min],
    ["Latest there is", max],
  ]
  return [...times, ...bounds].flatMap(([text, value]) =>
    text && value && problem(parameter, value) === null ? [{ id: text, text, value }] : [],
  )
}

export interface Range {
  first: ReportParameter
  last: ReportParameter
}

export interface RangePreset {
  id: string
  text: string
  first: string
  last: string
}

const ENDS: Record<string, string> = { from: "to", start: "end", first: "last", min: "max" }

/** Two parameters that are the two ends of one time, by their names: docs/web.md has the rule. */
export function ranges(parameters: readonly ReportParameter[]): Range[] {
  return parameters.flatMap((first) => {
    const names = otherEnds(first.name)
    const last = parameters.find(({ name, type }) => type === first.type && names.includes(name))
    return last && isWhen(first.type) ? [{ first, last }] : []
  })
}

/** What the other end may be called: of `day_from` it is `day_to`; none of what is no beginning. */
function otherEnds(name: string): string[] {
  return Object.entries(ENDS).flatMap(([one, other]) => {
    if (name === one) return [other]
    if (name.startsWith(`${one}_`)) return [other + name.slice(one.length)]
    return name.endsWith(`_${one}`) ? [name.slice(0, -one.length) + other] : []
  })
}

type Days = (now: Date) => [Date, Date]

const RANGES_OF_DAYS: Record<string, Days> = {
  Today: (now) => [day(now, 0), day(now, 0)],
  Yesterday: (now) => [day(now, -1), day(now, -1)],
  "Last 7 days": (now) => [day(now, -6), day(now, 0)],
  "Last 30 days": (now) => [day(now, -29), day(now, 0)],
  "Month to date": (now) => [firstOfMonth(now, 0), day(now, 0)],
  "Last month": (now) => [firstOfMonth(now, -1), lastOfMonth(now, -1)],
  "Last 12 months": (now) => [day(monthsBefore(now, 12), 1), day(now, 0)],
  "Year to date": (now) => [new Date(now.getFullYear(), 0, 1), day(now, 0)],
  "Last year": (now) => lastYear(now),
}

const RANGES: Record<WhenType, Record<string, Days>> = {
  DATE: RANGES_OF_DAYS,
  TIMESTAMP: RANGES_OF_DAYS,
  MONTH: {
    "Last month": (now) => [firstOfMonth(now, -1), firstOfMonth(now, -1)],
    "Last 3 months": (now) => [firstOfMonth(now, -2), firstOfMonth(now, 0)],
    "Last 12 months": (now) => [firstOfMonth(now, -11), firstOfMonth(now, 0)],
    "Year to date": (now) => [new Date(now.getFullYear(), 0, 1), firstOfMonth(now, 0)],
    "Last year": (now) => lastYear(now),
  },
}

/** Those that both ends take, and all that their bounds allow. */
export function rangePresets({ first, last }: Range, now: Date): RangePreset[] {
  if (!isWhen(first.type)) return []
  const { type } = first
  const times = Object.entries(RANGES[type]).map(([text, days]) => {
    const [begin, end] = days(now)
    return { text, first: spelled(begin, type), last: spelled(endOf(end, type), type) }
  })
  const all = { text: "All there is", first: first.min ?? "", last: last.max ?? "" }
  return [...times, all]
    .filter((each) => each.first && each.last)
    .filter((each) => !problem(first, each.first) && !problem(last, each.last))
    .map((each) => ({ id: each.text, ...each }))
}

/** Whether it ends before it begins; two values of one type compare as texts do. */
export function isReversed({ first, last }: Range, values: Readonly<Record<string, string>>) {
  const [begin = "", end = ""] = [values[first.name], values[last.name]]
  const isWell = [problem(first, begin), problem(last, end)].every((each) => each === null)
  return isWell && begin !== "" && end !== "" && begin.replace("T", " ") > end.replace("T", " ")
}

/** The reader's time zone, in which presets are reckoned: `Europe/Berlin`. */
export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

function isWhen(type: ReportParameter["type"]): type is WhenType {
  return type in PRESETS
}

/** A range of days ends with the last second of its last day. */
function endOf(date: Date, type: WhenType): Date {
  if (type !== "TIMESTAMP") return date
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), 23, 59, 59)
}

function spelled(date: Date, type: WhenType): string {
  const pad = (part: number, digits = 2) => String(part).padStart(digits, "0")
  const month = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}`
  if (type === "MONTH") return month
  const text = `${month}-${pad(date.getDate())}`
  if (type === "DATE") return text
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()]
  return `${text} ${time.map((part) => pad(part)).join(":")}`
}

/** Midnight of the day that is so many after it. */
function day(date: Date, after: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + after)
}

function firstOfMonth(now: Date, after: number): Date {
  return new Date(now.getFullYear(), now.getMonth() + after, 1)
}

function lastOfMonth(now: Date, after: number): Date {
  return new Date(now.getFullYear(), now.getMonth() + after + 1, 0)
}

/** The same day of an earlier month, or its last one where it is shorter. */
function monthsBefore(now: Date, count: number): Date {
  const last = lastOfMonth(now, -count)
  const date = Math.min(now.getDate(), last.getDate())
  return new Date(last.getFullYear(), last.getMonth(), date)
}

function lastYear(now: Date): [Date, Date] {
  const year = now.getFullYear() - 1
  return [new Date(year, 0, 1), new Date(year, 11, 31)]
}
