/** A result's rows, as one wants them: which, in what order, and which of their columns. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import Header from "@cloudscape-design/components/header"
import LiveRegion from "@cloudscape-design/components/live-region"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { lazy, useEffect, useMemo, useState } from "react"
import { AfterPaint } from "@/shared/ui/after-paint"
import { loadAgain } from "@/shared/ui/load-again"
import { useCopied } from "@/shared/ui/use-copied"
import { type Order, ordered } from "./result-rows"
import { NO_FILTER } from "./row-filter"
import "./result-table.css"
import { tsv } from "./tsv"
import type { Result } from "./use-result"
import type { ShownRows } from "./use-shown-rows"
import { VirtualRows } from "./virtual-rows"

const ResultTools = lazy(() =>
  loadAgain(async () => ({ default: (await import("./result-tools")).ResultTools })),
)

export function ResultTable({
  result,
  shown: { filter, setFilter, choice, choose, places, matching, isFiltered },
  caption,
}: {
  result: Result
  shown: ShownRows
  caption: string
}) {
  const { columns, rows } = result
  const [order, setOrder] = useState<Order | null>(null)
  const shown = useMemo(() => ordered(matching, columns, order), [matching, columns, order])
  return (
    <Container
      disableContentPaddings
      header={
        <Header
          variant="h2"
          counter={counter(result, isFiltered ? shown.length : null)}
          description={note(result, order, isFiltered)}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <LoadAll result={result} />
              {shown.length > 0 && <Copy text={() => tsv(columns, places, shown)} />}
            </SpaceBetween>
          }
        >
          Rows
        </Header>
      }
      footer={
        result.error ? (
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <Box color="text-status-error">
              Further rows could not be read: {result.error.message}
            </Box>
            <Button onClick={result.loadMore}>Try again</Button>
          </SpaceBetween>
        ) : undefined
      }
    >
      {rows.length === 0 ? (
        <Nothing text="The query has no rows for these parameters." />
      ) : (
        <>
          <AfterPaint fallback={<div className="result-tools" />}>
            <ResultTools
              {...{ columns, rows, filter, choice }}
              countText={matches(shown.length)}
              onFilter={setFilter}
              onChoose={choose}
            />
          </AfterPaint>
          {shown.length === 0 ? (
            <Nothing text="No row matches.">
              <Button onClick={() => setFilter(NO_FILTER)}>Show all rows</Button>
            </Nothing>
          ) : (
            <VirtualRows
              {...{ places, shown, isFiltered, result, caption, order }}
              onOrder={setOrder}
            />
          )}
        </>
      )}
    </Container>
  )
}

/** Of all rows, or of those that were looked through. */
function counter({ total, rows }: Result, matching: number | null): string {
  if (matching === null) return `(${total.toLocaleString("en")})`
  return `(${matching.toLocaleString("en")} of ${rows.length.toLocaleString("en")})`
}

function matches(count: number): string {
  return count === 1 ? "1 row matches" : `${count.toLocaleString("en")} rows match`
}

/** What is not here yet, and what sorting and filtering mean then. */
function note(result: Result, order: Order | null, isFiltered: boolean): string | undefined {
  if (result.isWhole || result.rows.length === 0) return undefined
  const loaded = `${result.rows.length.toLocaleString("en")} rows are here`
  if (isFiltered) return `${loaded}, and only these are looked through; load all to find all.`
  return order
    ? `${loaded}, and sorted among themselves; load all to sort all.`
    : `${loaded}; more come as you scroll.`
}

function Nothing({ text, children }: { text: string; children?: React.ReactNode }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding="l">
      <SpaceBetween size="s">
        {text}
        {children}
      </SpaceBetween>
    </Box>
  )
}

/** The rows that are shown, as a spreadsheet takes them. */
function Copy({ text }: { text(): string }) {
  const [copied, copy] = useCopied()
  const words = { copied: "Copied", refused: "Not copied" }
  return (
    <>
      <Button iconName="copy" onClick={() => copy(text())}>
        {copied ? words[copied] : "Copy rows"}
      </Button>
      <LiveRegion hidden>{copied && words[copied]}</LiveRegion>
    </>
  )
}

function LoadAll({ result }: { result: Result }) {
  const [isAll, setAll] = useState(false)
  const { isWhole, isLoading, error, loadMore } = result
  useEffect(() => {
    if (isAll && !isWhole && !isLoading && !error) loadMore()
  }, [isAll, isWhole, isLoading, error, loadMore])
  if (isWhole) return null
  return (
    <Button loading={isAll && !error} loadingText="Loading all rows" onClick={() => setAll(true)}>
      Load all rows
    </Button>
  )
}
