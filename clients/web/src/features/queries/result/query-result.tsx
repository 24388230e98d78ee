/** A finished query's result: the report's chart, and the rows. */
import SpaceBetween from "@cloudscape-design/components/space-between"
import { Problem } from "@/shared/ui/problem"
import type { Chart, QueryWithResult } from "../query"
import { ChartSection } from "./chart-section"
import "./query-result.css"
import { Waiting } from "../waiting"
import { ResultTable } from "./result-table"
import type { Result } from "./use-result"
import { useShownRows } from "./use-shown-rows"
import { useSteadyResult } from "./use-steady-result"

export function QueryResult({
  query,
  chart,
  title,
}: {
  query: QueryWithResult
  chart?: Chart | null
  title: string
}) {
  const result = useSteadyResult(query)
  if (query.status !== "FINISHED") return null
  if (!result) return <Waiting text="Reading the result" />
  if (result.error && result.columns.length === 0) {
    return (
      <Problem title="The result cannot be read" error={result.error} onRetry={result.loadMore} />
    )
  }
  return <ChartAndRows {...{ result, chart, title }} report={query.report} />
}

/** A filter of the rows is one of the chart, too. */
function ChartAndRows({
  result,
  chart,
  title,
  report,
}: {
  result: Result
  chart?: Chart | null
  title: string
  report?: string | null
}) {
  const shown = useShownRows(result, report)
  return (
    <SpaceBetween size="m">
      {result.rows.length > 0 && (
        <ChartSection result={result} shown={shown} chart={chart} title={title} />
      )}
      <ResultTable result={result} shown={shown} caption={title} />
    </SpaceBetween>
  )
}
