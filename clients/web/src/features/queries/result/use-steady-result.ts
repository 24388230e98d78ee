/** A result that another takes the place of only when as much of it is here: nothing jumps. */
import { useEffect, useRef } from "react"
import type { QueryWithResult } from "../query"
import { type Result, useResult } from "./use-result"

/** null: nothing is here yet, of this query or one before. */
export function useSteadyResult(query: QueryWithResult): Result | null {
  const result = useResult(query)
  const shown = useRef<Result | null>(null)
  const isFinished = query.status === "FINISHED"
  const wanted = shown.current?.rows.length ?? 0
  const isReady = result && (result.isWhole || result.error || result.rows.length >= wanted)
  useEffect(() => {
    if (!isFinished) shown.current = null
    else if (isReady) shown.current = result
    else if (result && !result.isLoading) result.loadMore()
  })
  return isReady ? result : (shown.current ?? result)
}
