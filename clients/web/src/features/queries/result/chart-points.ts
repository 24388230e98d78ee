/** What of a result a chart shows: one series for each y, over x; and what of it is left out. */

import type { Column } from "../query"
import type { ChartChoice, ChartKind } from "./chart-choice"
import { cellText, isNumeric, type Row } from "./result-rows"
import { columnIds } from "./row-filter"

const MOST_POINTS = 1_000 // of a line: more are not told apart, and do not draw at once
const MOST_BARS = 400

export interface Point {
  label: string
  /** Where it is on an axis that is no list of labels: a time, or a number. */
  x: Date | number | null
  y: number
}

export interface Series {
  name: string
  data: Point[]
}

export interface Drawn {
  series: Series[]
  scale: Scale
  /** What is not drawn, in sentences. */
  notes: string[]
}

type Scale = "time" | "linear" | "categorical"

/** null: a column is not there, or no row has a number to show. */
export function points(
  columns: readonly Column[],
  rows: readonly Row[],
  chart: ChartChoice,
): Drawn | null {
  const ids = columnIds(columns)
  const x = ids.indexOf(chart.x)
  const xColumn = columns[x]
  if (!xColumn) return null
  const scale = scaleOf(xColumn, chart.kind)
  const y = chart.y.filter((name) => ids.includes(name))
  const places = y.map((name) => ids.indexOf(name))
  const placed = rows.flatMap((row) => at(row, x, scale))
  const suited = chart.kind === "area" ? placed.filter(({ row }) => isWhole(row, places)) : placed
  const { spots, notes } = thinned(inOrder(suited, scale), scale, chart.kind)
  const series = y
    .map((name, index) => ({ name, data: data(spots, places[index] ?? -1) }))
    .filter(({ data }) => data.length > 0)
  return series.length === 0 ? null : { series, scale, notes }
}

/** Of which rows a chart is, where it is not of all; matching: how many a filter leaves, or null. */
export function whichRows(
  { rows, total, isWhole }: { rows: readonly Row[]; total: number; isWhole: boolean },
  matching: number | null,
): string[] {
  const here = isWhole ? [] : [`${count(rows.length)} of ${count(total)} rows are here.`]
  if (matching === null) return here
  const only = `Only rows that match the filter are drawn: ${count(matching)} of ${count(rows.length)}.`
  return [only, ...here]
}

function scaleOf(column: Column, kind: ChartKind): Scale {
  if (kind !== "line" && kind !== "area") return "categorical"
  if (/^(date|timestamp)/i.test(column.type)) return "time"
  return isNumeric(column) ? "linear" : "categorical"
}

interface Spot {
  row: Row
  label: string
  x: Date | number | null
}

/** Where a row is on the axis; nothing where it is nowhere. */
function at(row: Row, x: number, scale: Scale): Spot[] {
  const cell = row[x] ?? null
  if (cell === null) return []
  const label = cellText(cell)
  if (scale === "categorical") return [{ row, label, x: null }]
  const place = scale === "time" ? moment(label) : Number(cell)
  return Number.isFinite(Number(place)) ? [{ row, label, x: place }] : []
}

/** What the warehouse's clock says, on ours: the axis then begins its days where the data do. */
function moment(text: string): Date {
  const [day = "", time = "00:00:00"] = text.split(/[ T]/)
  return new Date(`${day}T${time.replace(/([+-]\d\d(:?\d\d)?|Z)$/, "")}`)
}

/** Areas stand on each other, so that each needs its number. */
function isWhole(row: Row, places: readonly number[]): boolean {
  return places.every((place) => isNumber(row, place))
}

function isNumber(row: Row, place: number): boolean {
  const cell = row[place] ?? null
  return cell !== null && typeof cell !== "boolean" && Number.isFinite(Number(cell))
}

/** A line goes from left to right; labels stay in the order of the result. */
function inOrder(spots: Spot[], scale: Scale): Spot[] {
  if (scale === "categorical") return spots
  return spots.toSorted((one, other) => Number(one.x) - Number(other.x))
}

/** Of a line every so many rows, of bars the first ones, of one label the first row. */
function thinned(all: Spot[], scale: Scale, kind: ChartKind) {
  const notes: string[] = []
  const isLine = kind === "line" || kind === "area"
  const distinct = scale === "categorical" || kind === "area" ? withoutRepeats(all) : all
  const repeats = all.length - distinct.length
  if (repeats > 0) {
    const rows = repeats === 1 ? "1 row repeats" : `${count(repeats)} rows repeat`
    notes.push(`${rows} a place on the axis, where only the first one is drawn.`)
  }
  if (isLine && distinct.length > MOST_POINTS) {
    const step = Math.ceil(distinct.length / MOST_POINTS)
    notes.push(`Every ${ordinal(step)} of ${count(distinct.length)} points is drawn.`)
    return { spots: distinct.filter((_, index) => index % step === 0), notes }
  }
  if (!isLine && distinct.length > MOST_BARS) {
    const left = count(distinct.length - MOST_BARS)
    notes.push(`The first ${count(MOST_BARS)} rows are drawn; ${left} more are in the table.`)
    return { spots: distinct.slice(0, MOST_BARS), notes }
  }
  return { spots: distinct, notes }
}

function withoutRepeats(spots: Spot[]): Spot[] {
  const seen = new Set<string>()
  return spots.filter(({ label }) => {
    const isNew = !seen.has(label)
    seen.add(label)
    return isNew
  })
}

function data(spots: readonly Spot[], place: number): Point[] {
  return spots
    .filter(({ row }) => isNumber(row, place))
    .map(({ row, label, x }) => ({ label, x, y: Number(row[place]) }))
}

function count(rows: number): string {
  return rows.toLocaleString("en")
}

/** `2nd`, `3rd`, `11th`, `21st`. */
function ordinal(step: number): string {
  const endings: Record<string, string> = { one: "st", two: "nd", few: "rd" }
  return `${count(step)}${endings[ORDINALS.select(step)] ?? "th"}`
}

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" })
