/** Times as people read them, always with their zone; durations in the unit that fits. */

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" })
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" })
const ZONE = new Intl.DateTimeFormat(undefined, { timeZoneName: "short" })

/** `27 Nov 2026, 06:22:55 GMT+1`, in the reader's zone; a line ends after the date or not at all. */
export function moment(iso: string): string {
  const date = new Date(iso)
  const zone = ZONE.formatToParts(date).find((part) => part.type === "timeZoneName")?.value
  return `${unbroken(DATE.format(date))}, ${unbroken(`${TIME.format(date)} ${zone ?? ""}`.trim())}`
}

/** With spaces that end no line. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0")
}

/** `40 ms`, `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return joined(Math.floor(whole / 60), "min", whole % 60, "s")
  const minutes = Math.round(whole / 60)
  return joined(Math.floor(minutes / 60), "h", minutes % 60, "min")
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`
}

/** `312 B`, `4.5 kB`, `1.2 MB`. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"]
  let rest = count
  let unit = 0
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000
    unit += 1
  }
  return `${unit && rest < 100 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`
}
