/** The chart of a result: the report's, or one's own, which is in the address. */
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import Header from "@cloudscape-design/components/header"
import { lazy, useMemo } from "react"
import { useSearchParams } from "react-router"
import { AfterPaint } from "@/shared/ui/after-paint"
import { loadAgain } from "@/shared/ui/load-again"
import type { Chart } from "../query"
import { Waiting } from "../waiting"
import { type ChartChoice, chartIn, declared, firstChoice, withChart } from "./chart-choice"
import type { Result } from "./use-result"
import type { ShownRows } from "./use-shown-rows"

const ResultChart = lazy(() =>
  loadAgain(async () => ({ default: (await import("./result-chart")).ResultChart })),
)

export function ChartSection({
  result,
  shown,
  chart,
  title,
}: {
  result: Result
  shown: ShownRows
  chart?: Chart | null
  title: string
}) {
  const [search, setSearch] = useSearchParams()
  const { columns } = result
  const own = useMemo(() => chartIn(search, columns), [search, columns])
  const reports = useMemo(() => chart && declared(chart), [chart])
  const drawn = own ?? reports
  const first = reports ?? firstChoice(columns)
  const choose = (choice: ChartChoice | null) =>
    setSearch((before) => withChart(before, choice), { replace: true })
  if (!drawn && !first) return null
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            own ? (
              <Button onClick={() => choose(null)}>
                {reports ? "The report's chart" : "Remove the chart"}
              </Button>
            ) : (
              <Button onClick={() => choose(first)}>
                {reports ? "Change the chart" : "Draw a chart"}
              </Button>
            )
          }
        >
          Chart
        </Header>
      }
    >
      {drawn && (
        <div className="result-chart">
          <AfterPaint fallback={<Waiting text="Drawing" />}>
            <ResultChart
              result={result}
              rows={shown.matching}
              isFiltered={shown.isFiltered}
              chart={drawn}
              title={title}
              onChange={own ? choose : undefined}
            />
          </AfterPaint>
        </div>
      )}
    </Container>
  )
}
