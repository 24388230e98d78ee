/**
 * An expression of EventBridge Scheduler in words: `Monday to Friday at 07:00`. What has no short words
 * stays as it is.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
const DAY_CODES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
]
const MONTH_CODES = MONTHS.map((name) => name.slice(0, 3).toUpperCase())
const ORDINALS = ["first", "second", "third", "fourth", "fifth"]
const MOST_TIMES = 4

export function scheduleWords(expression: string): string {
  const [, kind, text = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? []
  if (kind === "rate") return rateWords(text) ?? expression
  if (kind === "at") return onceWords(text) ?? expression
  return (kind === "cron" && cronWords(text.toUpperCase().trim().split(/\s+/))) || expression
}

function rateWords(text: string): string | null {
  const [, count = "", unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(text) ?? []
  if (!unit) return null
  return count === "1" ? `Every ${unit}` : `Every ${count} ${unit}s`
}

function onceWords(text: string): string | null {
  const [, day, time, seconds] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):(\d\d)$/.exec(text) ?? []
  return day ? `Once, on ${day} at ${time}${seconds === "00" ? "" : `:${seconds}`}` : null
}

function cronWords(fields: string[]): string | null {
  const [minutes, hours, day, month, weekday, year] = fields
  if (fields.length !== 6 || !minutes || !hours || !day || !month || !weekday || !year) return null
  const when = timeWords(minutes, hours)
  const on = weekday === "?" ? dayWords(day) : weekdayWords(weekday)
  const during = monthWords(month, year)
  if (when === null || on === null || during === null) return null
  const isEachDay = on === "every day"
  const words = when.startsWith("at ")
    ? `${on} ${when}`
    : [when, isEachDay ? "" : on].filter(Boolean).join(", ")
  return capital(`${words}${during}`)
}

/** `at 07:00 and 19:00`, or `every 15 minutes`. */
function timeWords(minutes: string, hours: string): string | null {
  if (hours === "*") return eachHour(minutes)
  const [, from, to] = /^(\d+)-(\d+)$/.exec(hours) ?? []
  if (from && to && isNumber(minutes)) {
    return `every hour from ${clock(from, minutes)} to ${clock(to, minutes)}`
  }
  const every = step(hours)
  if (every && minutes === "0") return `every ${every} hours`
  const [some, more] = [hours.split(","), minutes.split(",")]
  if (![...some, ...more].every(isNumber) || some.length * more.length > MOST_TIMES) return null
  return `at ${listed(some.flatMap((hour) => more.map((minute) => clock(hour, minute))).sort())}`
}

function eachHour(minutes: string): string | null {
  const every = step(minutes)
  if (every) return `every ${every} minutes`
  if (minutes === "*") return "every minute"
  if (minutes === "0") return "every hour"
  return isNumber(minutes) ? `every hour at minute ${Number(minutes)}` : null
}

function dayWords(day: string): string | null {
  if (day === "*") return "every day"
  if (day === "L") return "on the last day of the month"
  const [, near] = /^(\d+)W$/.exec(day) ?? []
  if (near) return `on the weekday nearest the ${ordinal(near)} of the month`
  const every = day.split(",")
  return every.every(isNumber) ? `on the ${listed(every.map(ordinal))} of the month` : null
}

function weekdayWords(weekday: string): string | null {
  if (weekday === "*") return "every day"
  const [, one = "", how = ""] = /^(\w+?)(L|#[1-5])$/.exec(weekday) ?? []
  if (one && dayName(one)) {
    const which = how === "L" ? "last" : ORDINALS[Number(how.slice(1)) - 1]
    return `on the ${which} ${dayName(one)} of the month`
  }
  const [, from = "", to = ""] = /^(\w+)-(\w+)$/.exec(weekday) ?? []
  if (dayName(from) && dayName(to)) return `${dayName(from)} to ${dayName(to)}`
  const names = weekday.split(",").map(dayName)
  return names.every((name) => name !== null) ? `every ${listed(names)}` : null
}

function monthWords(month: string, year: string): string | null {
  const names = month === "*" ? [] : month.split(",").map(monthName)
  if (names.some((name) => name === null)) return null
  const isYear = year === "*" || /^\d{4}$/.test(year)
  if (!isYear) return null
  const during = names.length > 0 ? `, in ${listed(names as string[])}` : ""
  return year === "*" ? during : `${during || ", in"} ${year}`
}

function dayName(text: string): string | null {
  const index = isNumber(text) ? Number(text) - 1 : DAY_CODES.indexOf(text)
  return DAYS[index] ?? null
}

function monthName(text: string): string | null {
  const index = isNumber(text) ? Number(text) - 1 : MONTH_CODES.indexOf(text)
  return MONTHS[index] ?? null
}

/** Of `0/15` or `*` + `/15`: 15. */
function step(field: string): string | null {
  return /^(?:0|\*)\/([1-9]\d*)$/.exec(field)?.[1] ?? null
}

function isNumber(text: string): boolean {
  return /^\d{1,2}$/.test(text)
}

function clock(hour: string, minute: string): string {
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`
}

function ordinal(number: string): string {
  const value = Number(number)
  const ending = value % 100 > 10 && value % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][value % 10]
  return `${value}${ending ?? "th"}`
}

function listed(words: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "conjunction" }).format(words)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
