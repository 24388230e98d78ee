/**
 * Time zones: what the clocks of one show at a moment, and at which moment they show it.
 *
 * A wall time is `2027-03-28T02:30`, as they show it. One that is skipped in spring never comes, one
 * that comes twice in autumn is meant the first time.
 */

import { unbroken } from "./time"

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const FORMATS = new Map<string, Intl.DateTimeFormat>()

/** The reader's. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"
}

/** Every name that the browser knows, and UTC. */
export function zoneNames(): readonly string[] {
  return [...new Set(["UTC", ownZone(), ...Intl.supportedValuesOf("timeZone")])].sort()
}

export function isZone(name: string): boolean {
  try {
    format(name)
    return true
  } catch {
    return false
  }
}

/** `2027-03-28T01:30`: what the clocks show, to the minute. */
export function wallTime(iso: string, zone: string): string {
  return spelled(shownMs(Date.parse(iso), zone)).slice(0, 16)
}

/** `2027-03-28`: which day it is there. */
export function dayOf(iso: string, zone: string): string {
  return wallTime(iso, zone).slice(0, 10)
}

/** The first moment, in UTC, at which the clocks show the time; null where they never do. */
export function momentOf(wall: string, zone: string): string | null {
  const wanted = Date.parse(`${wall}Z`)
  if (Number.isNaN(wanted)) return null
  const offsets = [wanted - DAY_MS, wanted + DAY_MS].map((ms) => shownMs(ms, zone) - ms)
  const found = offsets
    .map((offset) => wanted - offset)
    .filter((ms) => shownMs(ms, zone) === wanted)
  return found.length > 0 ? new Date(Math.min(...found)).toISOString() : null
}

/** When the day begins there: where clocks leap over midnight, when they do. */
export function midnight(day: string, zone: string): string {
  for (let minutes = 0; minutes <= 180; minutes += 15) {
    const wall = spelled(Date.parse(`${day}T00:00Z`) + minutes * MINUTE_MS).slice(0, 16)
    const moment = momentOf(wall, zone)
    if (moment) return moment
  }
  return `${day}T00:00:00.000Z` // a day that a zone has left out: none begins there
}

/** So many days later, or earlier. */
export function addDays(day: string, count: number): string {
  return spelled(Date.parse(`${day}T00:00Z`) + count * DAY_MS).slice(0, 10)
}

/** `GMT+1`, or as the zone is called there at that moment. */
export function offsetName(iso: string, zone: string): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZone: zone, timeZoneName: "short" })
  const named = parts.formatToParts(new Date(iso)).find(({ type }) => type === "timeZoneName")
  return named?.value ?? zone
}

/** `1 Mar 2027, 13:00 Europe/Berlin (CET)`. */
export function zonedWords(iso: string, zone: string): string {
  const moment = new Date(iso)
  const date = moment.toLocaleDateString(undefined, { dateStyle: "medium", timeZone: zone })
  const time = moment.toLocaleTimeString(undefined, { timeStyle: "short", timeZone: zone })
  const name = offsetName(iso, zone)
  return `${unbroken(date)}, ${time} ${zone}${name === zone ? "" : ` (${name})`}`
}

/** Milliseconds since 1970, had the clocks there shown UTC. */
function shownMs(ms: number, zone: string): number {
  const parts = format(zone).formatToParts(ms)
  const part = (name: string) => Number(parts.find(({ type }) => type === name)?.value)
  const date = new Date(0)
  date.setUTCFullYear(part("year"), part("month") - 1, part("day"))
  date.setUTCHours(part("hour"), part("minute"), part("second"))
  return date.getTime()
}

function spelled(ms: number): string {
  return new Date(ms).toISOString()
}

function format(zone: string): Intl.DateTimeFormat {
  let found = FORMATS.get(zone)
  if (!found) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    })
    FORMATS.set(zone, found)
  }
  return found
}
