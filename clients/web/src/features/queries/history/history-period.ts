/** The time that the history shows, as an address has it: `last=24h`, or `from=…&to=…`. */
import type { DateRangePickerProps } from "@cloudscape-design/components/date-range-picker"

export type Period = DateRangePickerProps.Value

export const PRESETS: readonly DateRangePickerProps.RelativeOption[] = [
  { key: "1h", amount: 1, unit: "hour", type: "relative" },
  { key: "24h", amount: 24, unit: "hour", type: "relative" },
  { key: "7d", amount: 7, unit: "day", type: "relative" },
  { key: "14d", amount: 14, unit: "day", type: "relative" },
]

const UNITS_MS: Partial<Record<DateRangePickerProps.TimeUnit, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
}
const LETTERS: Record<string, DateRangePickerProps.TimeUnit> = {
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
}
const SECOND_MS = 1_000

/** null: all that is kept, also where the address makes no sense. */
export function periodIn(search: URLSearchParams): Period | null {
  const [, amount, letter = ""] = /^(\d{1,4})([mhdw])$/.exec(search.get("last") ?? "") ?? []
  const unit = LETTERS[letter]
  if (amount && unit) {
    return { key: `${amount}${letter}`, amount: Number(amount), unit, type: "relative" }
  }
  const [startDate, endDate] = [search.get("from") ?? "", search.get("to") ?? ""]
  const isRange = Date.parse(startDate) <= Date.parse(endDate)
  return isRange ? { startDate, endDate, type: "absolute" } : null
}

/** The address without what it said of time before, and with this. */
export function withPeriod(search: URLSearchParams, period: Period | null): URLSearchParams {
  const after = new URLSearchParams(search)
  for (const name of ["last", "from", "to"]) after.delete(name)
  if (period?.type === "relative") after.set("last", `${period.amount}${period.unit.charAt(0)}`)
  if (period?.type === "absolute") {
    after.set("from", period.startDate)
    after.set("to", period.endDate)
  }
  return after
}

/** What the API is asked for; of a range, the last second is part of it. */
export function bounds(period: Period | null, now: number) {
  if (period?.type === "relative") {
    const ms = period.amount * (UNITS_MS[period.unit] ?? 0)
    return { submittedAfter: new Date(now - ms).toISOString() }
  }
  if (period?.type === "absolute") {
    return {
      submittedAfter: new Date(period.startDate).toISOString(),
      submittedBefore: new Date(Date.parse(period.endDate) + SECOND_MS).toISOString(),
    }
  }
  return {}
}
