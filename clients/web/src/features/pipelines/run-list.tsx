/** The runs of a pipeline, the newest first: opened for more, stopped while they run. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Header from "@cloudscape-design/components/header"
import Table, { type TableProps } from "@cloudscape-design/components/table"
import type { ReactNode } from "react"
import { PageLink } from "@/shared/ui/links"
import { usePhone } from "@/shared/ui/phone"
import { Problem } from "@/shared/ui/problem"
import { duration, moment } from "@/shared/ui/time"
import { causeWords, errorWords, isOver, type Run } from "./pipeline"
import type { Change } from "./use-change"
import { useRuns } from "./use-pipelines"

export function RunList({
  pipeline,
  myId,
  change,
  statusBadge,
}: {
  pipeline: string
  myId: string
  change: Change
  statusBadge(run: Run): ReactNode
}) {
  const pages = useRuns(pipeline)
  const isPhone = usePhone()
  if (pages.error && !pages.data) {
    return <Problem title="The runs cannot be read" error={pages.error} onRetry={pages.refetch} />
  }
  return (
    <Table
      items={pages.data?.pages.flatMap((page) => page.queries) ?? []}
      trackBy="id"
      columnDefinitions={columns(myId, change, statusBadge, isPhone)}
      visibleColumns={isPhone ? ["submitted", "actions"] : undefined}
      loading={pages.isPending}
      loadingText="Loading the runs"
      wrapLines
      ariaLabels={{ tableLabel: "Runs" }}
      header={
        <Header variant="h2" description="Those of the last 30 days, the newest first.">
          Runs
        </Header>
      }
      empty={
        <Box textAlign="center" color="text-body-secondary" padding="l">
          It has not run in the last 30 days.
        </Box>
      }
      footer={
        pages.hasNextPage && (
          <Box textAlign="center">
            <Button
              loading={pages.isFetchingNextPage}
              loadingText="Loading older ones"
              onClick={() => void pages.fetchNextPage()}
            >
              Older runs
            </Button>
          </Box>
        )
      }
    />
  )
}

function columns(
  myId: string,
  change: Change,
  statusBadge: (run: Run) => ReactNode,
  isPhone: boolean,
): TableProps.ColumnDefinition<Run>[] {
  return [
    {
      id: "submitted",
      header: "Began",
      isRowHeader: true,
      minWidth: isPhone ? 150 : 190,
      cell: (run) => (
        <>
          <PageLink href={`/queries/${run.id}`}>{moment(run.submittedAt)}</PageLink>
          {isPhone && (
            <>
              <div>{statusBadge(run)}</div>
              <Box color="text-body-secondary" fontSize="body-s">
                <div>{[causeWords(run), took(run)].filter(Boolean).join(", ")}</div>
                <span className="message">{errorWords(run, myId)}</span>
              </Box>
            </>
          )}
        </>
      ),
    },
    { id: "status", header: "Status", minWidth: 150, cell: (run) => statusBadge(run) },
    {
      id: "took",
      header: "Took",
      minWidth: 90,
      cell: (run) => took(run) ?? "–",
    },
    { id: "cause", header: "Why", minWidth: 160, cell: causeWords },
    {
      id: "error",
      header: "Error",
      minWidth: 200,
      cell: (run) => <span className="message">{errorWords(run, myId) ?? "–"}</span>,
    },
    {
      id: "actions",
      header: "Actions",
      minWidth: 110,
      cell: (run) => <CancelRun run={run} change={change} />,
    },
  ]
}

function took({ durationMs }: Run): string | null {
  return durationMs == null ? null : duration(durationMs)
}

function CancelRun({ run, change }: { run: Run; change: Change }) {
  if (isOver(run)) return <>–</>
  return (
    <Button
      variant="inline-link"
      ariaLabel="Cancel this run"
      loading={change.isDoing("cancel", run.id)}
      disabled={run.cancelRequestedAt != null}
      onClick={() => void change.cancel(run)}
    >
      Cancel
    </Button>
  )
}
