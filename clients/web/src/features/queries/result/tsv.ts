/** Rows as a spreadsheet takes them from the clipboard: tab-separated, and nothing that it would run. */
import type { Column } from "../query"
import { type Cell, isText, type Row } from "./result-rows"

/** places: the columns to copy. NULL is empty. */
export function tsv(
  columns: readonly Column[],
  places: readonly number[],
  rows: readonly Row[],
): string {
  const head = places.map((place) => field(columns[place]?.name ?? "", true)).join("\t")
  return [head, ...tsvLines(columns, places, rows)].join("\n")
}

/** Without their names. */
export function tsvLines(
  columns: readonly Column[],
  places: readonly number[],
  rows: readonly Row[],
): string[] {
  const chosen = places.flatMap((place) => {
    const column = columns[place]
    return column ? [{ place, isText: isText(column) }] : []
  })
  return rows.map((row) =>
    chosen.map((each) => field(row[each.place] ?? null, each.isText)).join("\t"),
  )
}

function field(cell: Cell, mayBeFormula: boolean): string {
  if (cell === null) return ""
  const text = mayBeFormula && FORMULA.test(String(cell)) ? `'${cell}` : String(cell)
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** As exports have it: docs/exports.md, formulaSafe. */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/
