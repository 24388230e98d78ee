/** A chart of a result, as the report declares it or as one chooses; loaded when there is one to draw. */
import AreaChart from "@cloudscape-design/components/area-chart"
import BarChart from "@cloudscape-design/components/bar-chart"
import Box from "@cloudscape-design/components/box"
import LineChart from "@cloudscape-design/components/line-chart"
import { useMemo } from "react"
import type { ChartChoice } from "./chart-choice"
import { type Drawn, type Point, points, whichRows } from "./chart-points"
import { ChartSettings } from "./chart-settings"
import type { Row } from "./result-rows"
import type { Result } from "./use-result"

const HEIGHT = 280 // pixels

/** rows: those to draw, all or the filtered ones. onChange: where the chart is of one's own choice. */
export function ResultChart({
  result,
  rows,
  isFiltered,
  chart,
  title,
  onChange,
}: {
  result: Result
  rows: readonly Row[]
  isFiltered: boolean
  chart: ChartChoice
  title: string
  onChange?: (chart: ChartChoice) => void
}) {
  const { columns } = result
  const drawn = useMemo(() => points(columns, rows, chart), [columns, rows, chart])
  const notes = [...(drawn?.notes ?? []), ...whichRows(result, isFiltered ? rows.length : null)]
  return (
    <>
      {onChange && <ChartSettings columns={columns} chart={chart} onChange={onChange} />}
      {drawn ? (
        <Drawing chart={chart} drawn={drawn} title={title} />
      ) : (
        <Box color="text-body-secondary">
          {chart.y.length === 0
            ? "Choose the values to draw."
            : isFiltered
              ? "No row that matches the filter has something that a chart could show."
              : "There is nothing in this result that a chart could show."}
        </Box>
      )}
      {notes.length > 0 && (
        <Box color="text-body-secondary" fontSize="body-s">
          {notes.join(" ")}
        </Box>
      )}
    </>
  )
}

function Drawing({ chart, drawn, title }: { chart: ChartChoice; drawn: Drawn; title: string }) {
  const shared = {
    height: HEIGHT,
    hideFilter: true,
    hideLegend: drawn.series.length === 1,
    ariaLabel: `${title}: ${chart.y.join(", ")} by ${chart.x}`,
    xTitle: words(chart.x),
    yTitle: chart.y.map(words).join(", "),
    statusType: "finished" as const,
  }
  switch (drawn.scale) {
    case "time":
      return (
        <Lines
          kind={chart.kind}
          drawn={drawn}
          place={({ x }) => x as Date}
          shared={{
            ...shared,
            xScaleType: "time",
            i18nStrings: { ...numbers, xTickFormatter: tick },
          }}
        />
      )
    case "linear":
      return (
        <Lines
          kind={chart.kind}
          drawn={drawn}
          place={({ x }) => x as number}
          shared={{
            ...shared,
            xScaleType: "linear",
            i18nStrings: { ...numbers, xTickFormatter: whole },
          }}
        />
      )
    case "categorical":
      return (
        <ByLabel
          kind={chart.kind}
          drawn={drawn}
          shared={{ ...shared, xScaleType: "categorical", i18nStrings: numbers }}
        />
      )
  }
}

interface Shared<X> {
  height: number
  hideFilter: boolean
  hideLegend: boolean
  ariaLabel: string
  xTitle: string
  yTitle: string
  statusType: "finished"
  xScaleType: "time" | "linear" | "categorical"
  i18nStrings: { yTickFormatter(value: number): string; xTickFormatter?(value: X): string }
}

function Lines<X extends Date | number | string>({
  kind,
  drawn,
  place,
  shared,
}: {
  kind: ChartChoice["kind"]
  drawn: Drawn
  place(point: Point): X
  shared: Shared<X>
}) {
  const series = (type: "area" | "line") =>
    drawn.series.map(({ name, data }) => ({
      type,
      title: words(name),
      valueFormatter: whole,
      data: data.map((point) => ({ x: place(point), y: point.y })),
    })) as never // Cloudscape's types of them cannot be proved for an X that is not known
  if (kind === "area") return <AreaChart<X> {...shared} series={series("area")} />
  return <LineChart<X> {...shared} series={series("line")} />
}

function ByLabel({
  kind,
  drawn,
  shared,
}: {
  kind: ChartChoice["kind"]
  drawn: Drawn
  shared: Shared<string>
}) {
  if (kind === "line" || kind === "area") {
    return <Lines kind={kind} drawn={drawn} place={({ label }) => label} shared={shared} />
  }
  return (
    <BarChart
      {...shared}
      stackedBars={kind === "stacked-bar"}
      horizontalBars={kind === "horizontal-bar"}
      height={kind === "horizontal-bar" ? tall(drawn) : HEIGHT}
      series={drawn.series.map(({ name, data }) => ({
        type: "bar",
        title: words(name),
        valueFormatter: whole,
        data: data.map(({ label, y }) => ({ x: label, y })),
      }))}
    />
  )
}

/** High enough for its bars. */
function tall({ series }: Drawn): number {
  const labels = Math.max(...series.map(({ data }) => data.length))
  return Math.max(HEIGHT, labels * (12 + 8 * series.length))
}

function words(name: string): string {
  return name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())
}

function whole(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 })
}

function short(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 })
}

const numbers = { yTickFormatter: short }

/** As the data have it: see chart-points.ts. */
function tick(value: Date): string {
  const day = value.toLocaleDateString("en", { day: "numeric", month: "short" })
  if (value.getHours() === 0 && value.getMinutes() === 0) return day
  return `${day}, ${value.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`
}
