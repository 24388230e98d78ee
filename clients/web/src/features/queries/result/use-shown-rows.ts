/** Which of a result's rows are wanted, and which of their columns: the table shows them, a chart draws them. */
import { useDeferredValue, useMemo, useState } from "react"
import { places as placesOf, useColumnChoice } from "./column-choice"
import { columnIds, filtered, NO_FILTER } from "./row-filter"
import type { Result } from "./use-result"

export type ShownRows = ReturnType<typeof useShownRows>

/** report: whose choice of columns is kept. matching: the rows that are wanted, as they came. */
export function useShownRows({ columns, rows }: Result, report: string | null | undefined) {
  const [filter, setFilter] = useState(NO_FILTER)
  const wanted = useDeferredValue(filter)
  const ids = useMemo(() => columnIds(columns), [columns])
  const [choice, choose] = useColumnChoice(report, ids)
  const key = placesOf(choice, ids).join()
  const places = useMemo(() => (key ? key.split(",").map(Number) : []), [key])
  const matching = useMemo(
    () => filtered(rows, columns, places, wanted),
    [rows, columns, places, wanted],
  )
  return {
    filter,
    setFilter,
    choice,
    choose,
    places,
    matching,
    isFiltered: wanted.tokens.length > 0,
  }
}
