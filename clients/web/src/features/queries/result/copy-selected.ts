/** What Ctrl+C takes of the table: what is selected, as a spreadsheet takes it; all that is shown where nothing is. */
import type { Column } from "../query"
import type { Row } from "./result-rows"
import { tsv, tsvLines } from "./tsv"

/** row: of those that are shown; HEAD of the names. column: of those in sight. */
export interface Spot {
  row: number
  column: number
}

export const HEAD = -1

/** Where a selection begins and ends; null: outside of the cells. */
export interface Selected {
  first: Spot | null
  last: Spot | null
}

/**
 * places: the columns in sight; shown: the rows; selected: null where nothing is.
 * null: what a browser copies well, such as a part of one cell.
 */
export function selectedText(
  selected: Selected | null,
  columns: readonly Column[],
  places: readonly number[],
  shown: readonly Row[],
): string | null {
  if (!selected) return tsv(columns, places, shown)
  const { first, last } = selected
  if (!first || !last) return null
  if (first.row !== last.row) {
    const rows = shown.slice(Math.max(first.row, 0), last.row + 1)
    if (first.row === HEAD) return tsv(columns, places, rows)
    return tsvLines(columns, places, rows).join("\n")
  }
  if (first.column === last.column || first.row === HEAD) return null
  const touched = places.slice(first.column, last.column + 1)
  return tsvLines(columns, touched, shown.slice(first.row, first.row + 1)).join("\n")
}

/** What is selected in the page. */
export function selectedSpots(selection: Selection | null): Selected | null {
  if (!selection || selection.isCollapsed) return null
  const range = selection.getRangeAt(0)
  return { first: spotOf(range.startContainer), last: spotOf(range.endContainer) }
}

function spotOf(node: Node): Spot | null {
  const element = node instanceof Element ? node : node.parentElement
  const cell = element?.closest("[role=cell], [role=columnheader]")
  const row = cell?.closest("[role=row]")
  if (!cell || !row) return null
  const index = Number(row.getAttribute("aria-rowindex")) // 1 is that of the names
  return { row: index - 2, column: [...row.children].indexOf(cell) }
}
