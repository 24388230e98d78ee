/** Run a report, or export it: the page of the query opens as soon as the server has it. */
import { useCallback } from "react"
import { useNavigate } from "react-router"
import { LIVE } from "@/shared/ui/address"
import { type ExportOptions, exportInput } from "./exports/export-options"
import type { Query } from "./query"
import { useQueryFeed } from "./use-feed"

type Parameters = readonly { name: string; value: string }[]

interface Options {
  /** In seconds: how old a result may be that answers at once. */
  maxAge?: number
  /** Whether the page goes on to newer results. */
  isLive?: boolean
}

export function useRun(): (
  report: string,
  parameters: Parameters,
  options?: Options,
) => Promise<void> {
  const feed = useQueryFeed()
  const navigate = useNavigate()
  return useCallback(
    async (report, parameters, { maxAge, isLive } = {}) => {
      const id = crypto.randomUUID()
      await feed.submit({ id, report, parameters: given(parameters), maxAge })
      await navigate(`/queries/${id}${isLive ? `?${LIVE}=1` : ""}`)
    },
    [feed, navigate],
  )
}

export function useExport(): (
  report: string,
  parameters: Parameters,
  options: ExportOptions,
) => Promise<void> {
  const feed = useQueryFeed()
  const navigate = useNavigate()
  return useCallback(
    async (report, parameters, options) => {
      const id = crypto.randomUUID()
      await feed.export({ id, report, parameters: given(parameters), ...exportInput(options) })
      await navigate(`/queries/${id}`)
    },
    [feed, navigate],
  )
}

/** The same report with the same parameters, and as the same files; not answered by an old result. */
export function useAgain(): (query: Query, options?: Options) => Promise<void> {
  const run = useRun()
  const exportIt = useExport()
  return useCallback(
    (query, options) => {
      const report = query.report ?? ""
      if (query.export) return exportIt(report, query.parameters, query.export)
      return run(report, query.parameters, { ...options, maxAge: 0 })
    },
    [run, exportIt],
  )
}

function given(parameters: Parameters) {
  return parameters.map(({ name, value }) => ({ name, value }))
}
