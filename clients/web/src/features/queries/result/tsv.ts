/** Rows as a spreadsheet takes them from the clipboard: tab-separated, and nothing that it would run. */
import type { Column } from "../query"
import { type Cell, isText, type Row } from "./result-rows"

/** places: the columns to copy. NULL is empty. */
export function tsv(
  columns: readonly Column[],
  places: readonly number[],
  rows: readonly Row[],
): string {
  const chosen = places.flatMap((place) => {
    const column = columns[place]
    return column ? [{ place, isText: isText(column), name: column.name }] : []
  })
  const head = chosen.map(({ name }) => field(name, true)).join("\t")
  const lines = rows.map((row) =>
    chosen.map((each) => field(row[each.place] ?? null, each.isText)).join("\t"),
  )
  return [head, ...lines].join("\n")
}

function field(cell: Cell, mayBeFormula: boolean): string {
  if (cell === null) return ""
  const text = mayBeFormula && FORMULA.test(String(cell)) ? `'${cell}` : String(cell)
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** As exports have it: docs/exports.md, formulaSafe. */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/
