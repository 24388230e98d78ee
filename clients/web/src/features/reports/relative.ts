/** Words for values that follow the day on which a schedule runs; docs/schedules.md has what they mean. */
import { problem, type ReportParameter } from "./parameters"

const DAYS: Record<string, string> = {
  today: "Today",
  yesterday: "Yesterday",
  tomorrow: "Tomorrow",
}
const WHOLE = ["week", "month", "quarter", "year"]
const PERIODS: Record<string, string> = Object.fromEntries([
  ...WHOLE.flatMap((name) => [
    [`last_${name}`, `last ${name}`],
    [`this_${name}`, `this ${name}`],
    [`${name}_to_date`, `this ${name} up to that day`],
  ]),
  ...[7, 30, 90].map((count) => [`last_${count}_days`, `the last ${count} days`]),
])
const MONTHS: Record<string, string> = { last_month: "Last month", this_month: "This month" }
const WORD = /^[a-z][a-z0-9_]*(\.[a-z]+)?$/

export interface Word {
  value: string
  label: string
}

/** What a parameter may be besides a value; none for types that do not follow the day. */
export function wordsOf({ type }: Pick<ReportParameter, "type">): Word[] {
  switch (type) {
    case "DATE":
      return [...words(DAYS), ...edges("First day of", "Last day of")]
    case "MONTH":
      return [...words(MONTHS), ...edges("Month of the first day of", "Month of the last day of")]
    case "TIMESTAMP":
      return [...words(DAYS), ...edges("Start of", "End of")]
    default:
      return []
  }
}

function words(labels: Record<string, string>): Word[] {
  return Object.entries(labels).map(([value, label]) => ({ value, label }))
}

function edges(first: string, last: string): Word[] {
  return Object.entries(PERIODS).flatMap(([name, label]) => [
    { value: `${name}.start`, label: `${first} ${label}` },
    { value: `${name}.end`, label: `${last} ${label}` },
  ])
}

/** Whether it is a word that its type takes. */
export function isWord(parameter: Pick<ReportParameter, "type">, text: string): boolean {
  return WORD.test(text) && wordsOf(parameter).some(({ value }) => value === text)
}

/** As `problem`, of a value that may be a word. */
export function scheduledProblem(parameter: ReportParameter, text: string): string | null {
  return isWord(parameter, text) ? null : problem(parameter, text)
}
