/**
 * Rows as a table of which only what is in sight exists, so that 100,000 rows scroll like ten.
 *
 * It keeps the roles of a table, with the numbers of all its rows, for those who do not see it.
 * https://www.w3.org/WAI/ARIA/apg/patterns/table/
 */
import Icon from "@cloudscape-design/components/icon"
import Spinner from "@cloudscape-design/components/spinner"
import { useVirtualizer } from "@tanstack/react-virtual"
import { memo, useEffect, useMemo, useRef } from "react"
import type { Column } from "../query"
import { selectedSpots, selectedText } from "./copy-selected"
import {
  type Cell,
  cellText,
  isNumeric,
  type Order,
  type Row,
  typeWords,
  widths,
} from "./result-rows"
import type { Result } from "./use-result"

const ROW_HEIGHT = 33 // pixels, as in the style sheet
const NEAR_THE_END = 200 // rows before it, the next page is asked for

/**
 * places: the columns in sight; shown: the rows that are wanted, in their order; isFiltered: they
 * are some of those that are here, so that scrolling to their end asks for nothing.
 */
export function VirtualRows({
  places,
  shown,
  isFiltered,
  result,
  caption,
  order,
  onOrder,
}: {
  places: readonly number[]
  shown: readonly Row[]
  isFiltered: boolean
  result: Result
  caption: string
  order: Order | null
  onOrder(order: Order | null): void
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { columns, rows, isWhole, isLoading, error, loadMore } = result
  useEffect(() => {
    const isNear = !isFiltered && last >= shown.length - NEAR_THE_END
    if (isNear && !isWhole && !isLoading && !error) loadMore()
  }, [last, shown.length, isFiltered, isWhole, isLoading, error, loadMore])

  const all = useMemo(() => widths(columns, rows), [columns, rows])
  const wide = places.map((place) => all[place] ?? 0)
  const template = wide.map((each) => `minmax(${each}ch, ${each}fr)`).join(" ")
  const grid = { gridTemplateColumns: template }
  const inner = { minWidth: `${wide.reduce((sum, each) => sum + each, 0)}ch` }
  return (
    <section
      ref={scroller}
      className="result-scroller"
      tabIndex={0}
      aria-label={`${caption}: rows`}
      onCopy={(event) => {
        const text = selectedText(selectedSpots(getSelection()), columns, places, shown)
        if (text === null) return
        event.preventDefault()
        event.clipboardData.setData("text/plain", text)
      }}
    >
      <div
        role="table"
        aria-label={caption}
        aria-rowcount={isWhole || isFiltered ? shown.length + 1 : -1}
        aria-colcount={places.length}
        style={inner}
      >
        <div role="rowgroup" className="result-head">
          <div role="row" aria-rowindex={1} className="result-row" style={grid}>
            {places.map((place) => (
              <HeaderCell
                key={place}
                column={columns[place] as Column}
                direction={direction(order, place)}
                onSort={() => onOrder(next(order, place))}
              />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="result-body" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <BodyRow
              key={item.key}
              columns={columns}
              places={places}
              row={shown[item.index] ?? []}
              index={item.index}
              start={item.start}
              template={template}
            />
          ))}
        </div>
      </div>
      {isLoading && (
        <div className="result-loading">
          <Spinner /> Loading rows
        </div>
      )}
    </section>
  )
}

function direction(order: Order | null, column: number) {
  if (order?.column !== column) return "none"
  return order.isDescending ? "descending" : "ascending"
}

/** Ascending, descending, as it came. */
function next(order: Order | null, column: number): Order | null {
  if (order?.column !== column) return { column, isDescending: false }
  return order.isDescending ? null : { column, isDescending: true }
}

function HeaderCell({
  column,
  direction,
  onSort,
}: {
  column: Column
  direction: "ascending" | "descending" | "none"
  onSort(): void
}) {
  const icon = { ascending: "caret-up-filled", descending: "caret-down-filled", none: "caret-down" }
  return (
    <div role="columnheader" aria-sort={direction} className={cellClass(column, "result-header")}>
      <button type="button" onClick={onSort} title={`Sort by ${column.name}`}>
        <span className="result-name">{column.name}</span>
        <span className={direction === "none" ? "result-unsorted" : undefined}>
          <Icon name={icon[direction] as "caret-down"} size="small" />
        </span>
      </button>
      <span className="result-type">{typeWords(column)}</span>
    </div>
  )
}

/** Rendered once for as long as it is in sight: scrolling moves it, and changes nothing of it. */
const BodyRow = memo(function BodyRow({
  columns,
  places,
  row,
  index,
  start,
  template,
}: {
  columns: readonly Column[]
  places: readonly number[]
  row: Row
  index: number
  start: number
  template: string
}) {
  const style = { gridTemplateColumns: template, transform: `translateY(${start}px)` }
  return (
    <div role="row" aria-rowindex={index + 2} className="result-row" style={style}>
      {places.map((place) => (
        <BodyCell key={place} column={columns[place] as Column} cell={row[place] ?? null} />
      ))}
    </div>
  )
})

function BodyCell({ column, cell }: { column: Column; cell: Cell }) {
  const text = cellText(cell)
  return (
    <div
      role="cell"
      className={cellClass(column, cell === null ? "result-cell result-null" : "result-cell")}
      title={text.length > 24 ? text : undefined}
    >
      <bdi>{text}</bdi>
    </div>
  )
}

function cellClass(column: Column, name: string): string {
  return isNumeric(column) ? `${name} result-number` : name
}
