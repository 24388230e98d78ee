/** When a schedule runs: some usual ways to say it, and any expression of EventBridge Scheduler. */

export type Way = "workdays" | "daily" | "weekly" | "monthly" | "hourly" | "once" | "expression"

export const WAYS: Record<Way, string> = {
  workdays: "Monday to Friday",
  daily: "Every day",
  weekly: "Once a week",
  monthly: "Once a month",
  hourly: "Every hour",
  once: "Once",
  expression: "By an expression",
}

/** What a form has; what a way does not need is kept for when it is chosen again. */
export interface WhenToRun {
  way: Way
  time: string // 07:00
  weekday: string // MON
  monthDay: string // 1 to 31, or L for the last
  minute: string // of every hour
  date: string // 2026-12-24
  expression: string
}

export const USUAL: WhenToRun = {
  way: "workdays",
  time: "07:00",
  weekday: "MON",
  monthDay: "1",
  minute: "0",
  date: "",
  expression: "",
}

export function expressionOf(when: WhenToRun): string {
  const [hour = "", minute = ""] = when.time.split(":")
  const at = `${Number(minute)} ${Number(hour)}`
  switch (when.way) {
    case "workdays":
      return `cron(${at} ? * MON-FRI *)`
    case "daily":
      return `cron(${at} * * ? *)`
    case "weekly":
      return `cron(${at} ? * ${when.weekday} *)`
    case "monthly":
      return `cron(${at} ${when.monthDay} * ? *)`
    case "hourly":
      return `cron(${when.minute} * * * ? *)`
    case "once":
      return `at(${when.date}T${when.time}:00)`
    case "expression":
      return when.expression.trim()
  }
}

/** The way that says the expression; where none does, the expression itself. */
export function whenToRun(expression: string): WhenToRun {
  const usual = { ...USUAL, expression }
  for (const [pattern, found] of PATTERNS) {
    const matched = pattern.exec(expression)?.groups
    if (matched) return { ...usual, ...found(matched) }
  }
  return { ...usual, way: "expression" }
}

type Groups = Record<string, string>

const AT = "(?<minute>[0-5]?\\d) (?<hour>1?\\d|2[0-3])"
const PATTERNS: [RegExp, (groups: Groups) => Partial<WhenToRun>][] = [
  [new RegExp(`^cron\\(${AT} \\? \\* MON-FRI \\*\\)$`), (found) => timed("workdays", found)],
  [new RegExp(`^cron\\(${AT} \\* \\* \\? \\*\\)$`), (found) => timed("daily", found)],
  [
    new RegExp(`^cron\\(${AT} \\? \\* (?<weekday>MON|TUE|WED|THU|FRI|SAT|SUN) \\*\\)$`),
    (found) => ({ ...timed("weekly", found), weekday: found.weekday }),
  ],
  [
    new RegExp(`^cron\\(${AT} (?<monthDay>[1-9]|[12]\\d|3[01]|L) \\* \\? \\*\\)$`),
    (found) => ({ ...timed("monthly", found), monthDay: found.monthDay }),
  ],
  [
    /^cron\((?<minute>[0-5]?\d) \* \* \* \? \*\)$/,
    ({ minute }) => ({ way: "hourly", minute: String(Number(minute)) }),
  ],
  [
    /^at\((?<date>\d{4}-\d\d-\d\d)T(?<time>\d\d:\d\d):00\)$/,
    ({ date, time }) => ({ way: "once", date, time }),
  ],
]

function timed(way: Way, { hour = "", minute = "" }: Groups): Partial<WhenToRun> {
  return { way, time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` }
}

/** What is wrong, before the server is asked; null where nothing is. */
export function problemOf(when: WhenToRun): string | null {
  if (when.way === "expression") {
    const isOne = /^(cron|rate|at)\(.+\)$/.test(when.expression.trim())
    return isOne ? null : "Give cron(…), rate(…) or at(…)."
  }
  if (when.way === "once" && !/^\d{4}-\d\d-\d\d$/.test(when.date))
    return "Give a day as YYYY-MM-DD."
  const isTime = /^([01]\d|2[0-3]):[0-5]\d$/.test(when.time)
  return when.way === "hourly" || isTime ? null : "Give a time as hh:mm."
}
