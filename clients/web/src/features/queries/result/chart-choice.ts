/** A chart of one's own choice: which columns, and how; kept in the address. */
import type { Chart, Column } from "../query"
import { isNumeric, isTime } from "./result-rows"
import { columnIds } from "./row-filter"

export const KINDS = {
  line: "Lines",
  area: "Areas, stacked",
  bar: "Bars",
  "stacked-bar": "Bars, stacked",
  "horizontal-bar": "Bars, horizontal",
} as const
export type ChartKind = keyof typeof KINDS

export interface ChartChoice {
  kind: ChartKind
  x: string
  y: readonly string[]
}

export const MOST_SERIES = 8 // colours that are told apart
const NAMES = ["chart", "x", "y"]

/** What the report declares, as a choice. */
export function declared(chart: Chart): ChartChoice {
  return { kind: chart.type === "bar" ? "bar" : "line", x: chart.x, y: chart.y }
}

/** The one in the address; null: none, or one that this result has no columns for. */
export function chartIn(search: URLSearchParams, columns: readonly Column[]): ChartChoice | null {
  const kind = search.get("chart") ?? ""
  const x = search.get("x") ?? ""
  if (!(kind in KINDS) || !columnIds(columns).includes(x)) return null
  const values = valueColumns(columns)
  const y = search.getAll("y").filter((id) => values.includes(id))
  return { kind: kind as ChartKind, x, y: y.slice(0, MOST_SERIES) }
}

/** The address with that chart, or with none. */
export function withChart(search: URLSearchParams, choice: ChartChoice | null): URLSearchParams {
  const after = new URLSearchParams(search)
  for (const name of NAMES) after.delete(name)
  if (!choice) return after
  after.set("chart", choice.kind)
  after.set("x", choice.x)
  for (const id of choice.y) after.append("y", id)
  return after
}

/** The columns that have a height: the numbers. */
export function valueColumns(columns: readonly Column[]): string[] {
  return columnIds(columns).filter((_, place) => isNumeric(columns[place] as Column))
}

/** A chart to begin with: over time, or by the first column; null where nothing can be drawn. */
export function firstChoice(columns: readonly Column[]): ChartChoice | null {
  const ids = columnIds(columns)
  const time = columns.findIndex(isTime)
  const named = columns.findIndex((column) => !isNumeric(column))
  const x = ids[time >= 0 ? time : Math.max(named, 0)]
  const y = valueColumns(columns).filter((id) => id !== x)
  if (x === undefined || y[0] === undefined) return null
  return { kind: time >= 0 ? "line" : "bar", x, y: [y[0]] }
}
