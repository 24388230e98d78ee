/** A result page by page: the first rows as they were pushed, then as many as one wants to see. */
import { useInfiniteQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { GET_QUERY_RESULT } from "@/shared/graphql/documents"
import { useServices } from "@/shared/ui/services"
import type { Column, QueryWithResult } from "../query"
import { type Row, rowsOf } from "./result-rows"

export interface Result {
  columns: readonly Column[]
  rows: readonly Row[]
  total: number
  isWhole: boolean
  isLoading: boolean
  error: Error | null
  loadMore(): void
}

/** null: nothing of it is here yet. */
export function useResult(query: QueryWithResult): Result | null {
  const { api } = useServices()
  const preview = query.result
  const previewRows = useMemo(() => (preview ? rowsOf(preview) : []), [preview])
  const total = query.resultRows ?? previewRows.length
  const isInPreview = preview != null && previewRows.length >= total
  const pages = useInfiniteQuery({
    queryKey: ["result", query.id],
    queryFn: async ({ pageParam, signal }) => {
      const variables = { id: query.id, nextToken: pageParam }
      const page = (await api.request(GET_QUERY_RESULT, variables, signal)).getQueryResult
      return { columns: page.columns, rows: rowsOf(page), nextToken: page.nextToken }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextToken ?? null,
    enabled: query.status === "FINISHED" && !isInPreview,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  const loaded = pages.data?.pages
  const rows = useMemo(
    () => loaded?.flatMap((page) => page.rows) ?? previewRows,
    [loaded, previewRows],
  )
  const columns = loaded?.[0]?.columns ?? preview?.columns
  if (!columns) {
    if (!pages.error) return null
    return empty(pages.error, () => void pages.refetch())
  }
  return {
    columns,
    rows,
    total: Math.max(total, rows.length),
    isWhole: isInPreview || (loaded != null && !pages.hasNextPage),
    isLoading: pages.isFetching,
    error: pages.error,
    loadMore: () => {
      if (pages.isFetching || isInPreview) return
      if (loaded) void pages.fetchNextPage()
      else void pages.refetch()
    },
  }
}

function empty(error: Error, loadMore: () => void): Result {
  return { columns: [], rows: [], total: 0, isWhole: false, isLoading: false, error, loadMore }
}
