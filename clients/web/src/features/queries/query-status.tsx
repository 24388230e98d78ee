/** How a query goes: its state, how long it has taken and may take, and stopping it. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import Header from "@cloudscape-design/components/header"
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs"
import LiveRegion from "@cloudscape-design/components/live-region"
import ProgressBar from "@cloudscape-design/components/progress-bar"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useState } from "react"
import { useNow } from "@/shared/ui/now"
import { bytes, duration, moment } from "@/shared/ui/time"
import { elapsedMs, isFinal, parameterWords, type Query, statusWords } from "./query"
import { StatusBadge } from "./status-badge"
import { useQueryFeed } from "./use-feed"

export function QueryStatus({ query, onAgain }: { query: Query; onAgain(): void }) {
  const isRunning = !isFinal(query)
  const now = useNow(isRunning)
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header
            variant="h2"
            actions={
              isRunning ? <Cancel query={query} /> : <Again query={query} onAgain={onAgain} />
            }
          >
            Run
          </Header>
        }
      >
        <SpaceBetween size="m">
          <div>
            <KeyValuePairs columns={4} items={facts(query, now)} />
            <LiveRegion hidden>{`Query: ${statusWords(query)}`}</LiveRegion>
          </div>
          {isRunning && <Progress query={query} now={now} />}
          {query.status === "QUEUED" && (
            <Box color="text-body-secondary">
              It starts by itself when there is room. Of each person some queries run at once, the
              others wait.
            </Box>
          )}
        </SpaceBetween>
      </Container>
      <Ending query={query} />
    </SpaceBetween>
  )
}

function facts(query: Query, now: number) {
  const isExport = query.kind === "EXPORT" // its files are made after its statement has ended
  const took = isExport ? elapsedMs(query, now) : (query.durationMs ?? elapsedMs(query, now))
  return [
    { label: "Status", value: <StatusBadge query={query} /> },
    {
      label: isFinal(query) ? "Took" : "Elapsed",
      value: (
        <span data-testid="elapsed">{duration(isFinal(query) ? took : elapsedMs(query, now))}</span>
      ),
    },
    { label: "Submitted", value: moment(query.submittedAt) },
    query.kind === "PIPELINE"
      ? { label: "Scheduled for", value: query.scheduledFor ? moment(query.scheduledFor) : "–" }
      : query.resultRows == null
        ? { label: "Usually takes", value: usual(query) }
        : { label: isExport ? "Files" : "Result", value: size(query) },
  ]
}

function usual({ estimatedDurationMs }: Query): string {
  return estimatedDurationMs == null ? "Not known yet" : `about ${duration(estimatedDurationMs)}`
}

function size({ resultRows, resultBytes }: Query): string {
  const rows = resultRows ?? 0
  const words = `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`
  return resultBytes == null ? words : `${words}, ${bytes(resultBytes)}`
}

function Progress({ query, now }: { query: Query; now: number }) {
  const usualMs = query.estimatedDurationMs
  if (usualMs == null || query.status === "QUEUED") return null
  const elapsed = elapsedMs(query, now)
  const isLate = elapsed > usualMs
  return (
    <ProgressBar
      value={isLate ? 99 : Math.floor((100 * elapsed) / Math.max(usualMs, 1))}
      ariaLabel="Elapsed time, compared with recent runs"
      additionalInfo={
        isLate
          ? `Longer than usual: recent runs took about ${duration(usualMs)}.`
          : `Recent runs took about ${duration(usualMs)}.`
      }
    />
  )
}

function Cancel({ query }: { query: Query }) {
  const feed = useQueryFeed()
  const [isAsking, setAsking] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const cancel = async () => {
    setAsking(true)
    setError(null)
    try {
      await feed.cancel(query.id)
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal))
    } finally {
      setAsking(false)
    }
  }
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      {error && <Box color="text-status-error">{error}</Box>}
      <Button
        onClick={cancel}
        loading={isAsking}
        loadingText="Cancelling"
        disabled={query.cancelRequestedAt != null}
        disabledReason="It is being cancelled."
      >
        Cancel
      </Button>
    </SpaceBetween>
  )
}

function Again({ query, onAgain }: { query: Query; onAgain(): void }) {
  return (
    <Button iconName="refresh" onClick={onAgain}>
      {query.kind === "EXPORT" ? "Export again" : "Run again"}
    </Button>
  )
}

function Ending({ query }: { query: Query }) {
  if (query.status !== "FAILED" && query.status !== "ABORTED") return null
  const parameters = parameterWords(query)
  const isFailed = query.status === "FAILED"
  const what = { PIPELINE: "run", EXPORT: "export", REPORT: "query" }[query.kind]
  const isLeftOut = query.error?.type === "RunSkipped"
  return (
    <div role="alert">
      <Alert
        type={isFailed ? "error" : "info"}
        header={`The ${what} ${isFailed ? "failed" : isLeftOut ? "was left out" : "was cancelled"}`}
      >
        <SpaceBetween size="xs">
          <Box variant="samp" color="inherit" data-testid="query-error">
            <span className="message">{query.error?.message ?? "No reason was given."}</span>
          </Box>
          {parameters && <span className="message">It ran with {parameters}.</span>}
        </SpaceBetween>
      </Alert>
    </div>
  )
}
