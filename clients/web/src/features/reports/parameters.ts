/**
 * What a report's parameters take, checked while one types: the rules of core/parameters.py, so that
 * the server has nothing to add in all but odd cases. A value is a text, as the API has it.
 */
import type { ListReportsQuery } from "@/shared/graphql/generated/graphql"

export type Report = ListReportsQuery["listReports"][number]
export type ReportParameter = Report["parameters"][number]
export type Values = Readonly<Record<string, string>>

const MAX_TEXT_LENGTH = 1_000
const DECIMAL_DIGITS = 18
const DECIMAL_SCALE = 2
const BIGINT = 2n ** 63n

/** What is in each field before anyone has typed: the defaults. */
export function defaults(parameters: readonly ReportParameter[]): Values {
  return Object.fromEntries(parameters.map((each) => [each.name, initial(each)]))
}

function initial(parameter: ReportParameter): string {
  if (parameter.default != null) return parameter.default
  return parameter.type === "BOOLEAN" && parameter.required ? "false" : ""
}

/** What to submit: every parameter that has a value. */
export function given(parameters: readonly ReportParameter[], values: Values) {
  return parameters
    .map(({ name }) => ({ name, value: values[name] ?? "" }))
    .filter(({ value }) => value !== "")
}

/** What is wrong, by the parameter's name; nothing where all is well. */
export function problems(parameters: readonly ReportParameter[], values: Values): Values {
  const found = parameters.map((each) => [each.name, problem(each, values[each.name] ?? "")])
  return Object.fromEntries(found.filter(([, text]) => text))
}

/** What is wrong with the value, for the reader; null where nothing is. */
export function problem(parameter: ReportParameter, text: string): string | null {
  if (text === "") {
    return parameter.required && parameter.default == null ? `${wanted(parameter)}.` : null
  }
  const wrong = RULES[parameter.type](parameter, text)
  if (wrong) return `${wrong}. ${wanted(parameter)}.`
  return isOutside(parameter, text) ? `Out of range. ${wanted(parameter)}.` : null
}

/** What to give: `Give a month as YYYY-MM, from 2015-01 to 2015-12`. */
export function wanted(parameter: ReportParameter): string {
  return `Give ${KINDS[parameter.type]}${bounds(parameter)}`
}

/** `, from 1 to 100`; empty where there are none. */
export function bounds({ min, max }: ReportParameter): string {
  if (min != null && max != null) return `, from ${min} to ${max}`
  if (min != null) return `, ${min} or more`
  return max != null ? `, ${max} at most` : ""
}

/** The parameter that a message of the server's is about; null where it is about none. */
export function parameterOf(message: string): string | null {
  return /^Parameter (\w+)[: ]/.exec(message)?.[1] ?? null
}

export function label(parameter: ReportParameter): string {
  return (
    parameter.title ?? parameter.name.replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase())
  )
}

const KINDS: Record<ReportParameter["type"], string> = {
  TEXT: "a text",
  INTEGER: "a whole number",
  DECIMAL: "a number such as 12.50",
  BOOLEAN: "yes or no",
  DATE: "a date as YYYY-MM-DD",
  MONTH: "a month as YYYY-MM",
  TIMESTAMP: "a date, and a time as HH:MM:SS",
  ENUM: "one of the options",
}

type Rule = (parameter: ReportParameter, text: string) => string | null

const RULES: Record<ReportParameter["type"], Rule> = {
  TEXT: ({ maxLength }, text) => {
    const longest = maxLength ?? MAX_TEXT_LENGTH
    const count = [...text].length
    if (count > longest) return `${count} characters are more than ${longest}`
    return text.includes("\0") ? "A NUL character cannot be sent" : null
  },
  INTEGER: (_, text) => {
    if (!/^[+-]?\d{1,19}$/.test(text)) return "Not a whole number"
    const value = BigInt(text.replace("+", ""))
    return value >= -BIGINT && value < BIGINT ? null : "Too large for 64 bits"
  },
  DECIMAL: ({ scale }, text) => {
    const matched = /^[+-]?(\d+)(?:\.(\d+))?$/.exec(text)
    if (!matched) return "Not a number"
    const places = scale ?? DECIMAL_SCALE
    const whole = (matched[1] ?? "").replace(/^0+/, "")
    const fraction = (matched[2] ?? "").replace(/0+$/, "")
    if (fraction.length > places) return `At most ${places} digits after the point`
    const left = DECIMAL_DIGITS - places
    return whole.length > left ? `At most ${left} digits before the point` : null
  },
  BOOLEAN: (_, text) => (text === "true" || text === "false" ? null : "Neither yes nor no"),
  DATE: (_, text) => (isDay(text) ? null : "Not a day of the calendar"),
  MONTH: (_, text) => (isDay(`${text}-01`) ? null : "Not a month of the calendar"),
  TIMESTAMP: (_, text) => {
    const matched = /^(\S+)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?$/.exec(text)
    if (!matched || !isDay(matched[1] ?? "")) return "Not a date and a time"
    const [hours, minutes, seconds] = [matched[2], matched[3], matched[4] ?? "0"].map(Number)
    const isTime = (hours ?? 99) < 24 && (minutes ?? 99) < 60 && (seconds ?? 99) < 60
    return isTime ? null : "Not a time of the day"
  },
  ENUM: ({ options }, text) => (options?.includes(text) ? null : "Not one of the options"),
}

function isDay(text: string): boolean {
  const matched = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!matched) return false
  const [year = 0, month = 0, day = 0] = matched.slice(1).map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function isOutside(parameter: ReportParameter, text: string): boolean {
  const { min, max, type } = parameter
  const isBelow = (one: string, other: string) => ORDER[type]?.(one, other) ?? one < other
  return (min != null && isBelow(text, min)) || (max != null && isBelow(max, text))
}

/** Whether the first comes before the second; texts of dates compare as they are. */
const ORDER: Partial<Record<ReportParameter["type"], (one: string, other: string) => boolean>> = {
  INTEGER: (one, other) => BigInt(one.replace("+", "")) < BigInt(other.replace("+", "")),
  DECIMAL: (one, other) => scaled(one) < scaled(other),
  TIMESTAMP: (one, other) => spelled(one) < spelled(other),
}

/** A decimal as a whole number of its smallest digits, which JavaScript does not round. */
function scaled(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.replace("+", "").split(".")
  return BigInt(whole + fraction.padEnd(DECIMAL_DIGITS, "0").slice(0, DECIMAL_DIGITS))
}

/** One spelling, to the microsecond, so that texts compare as moments do. */
function spelled(timestamp: string): string {
  const [minute = "", second = "00", fraction = ""] = timestamp
    .replace("T", " ")
    .split(/(?<=:\d\d):|\./)
  return `${minute}:${second}.${fraction.padEnd(6, "0")}`
}
