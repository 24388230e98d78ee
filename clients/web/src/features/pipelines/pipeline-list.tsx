/** The pipelines that one may see: when each runs, and how its last run went. */
import Box from "@cloudscape-design/components/box"
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import Table, { type TableProps } from "@cloudscape-design/components/table"
import type { ReactNode } from "react"
import { PageLink } from "@/shared/ui/links"
import { usePhone } from "@/shared/ui/phone"
import { Problem } from "@/shared/ui/problem"
import { moment } from "@/shared/ui/time"
import type { Pipeline, Run } from "./pipeline"
import { PipelineActions } from "./pipeline-actions"
import { RefusalNotice } from "./refusal"
import { NextRun, Schedule } from "./schedule-facts"
import { type Change, useChange } from "./use-change"
import { usePipelines, useRunPushes } from "./use-pipelines"

/** statusBadge: of a run; onRun: what is known of one now. */
export function PipelineList({
  myId,
  statusBadge,
  onRun,
}: {
  myId: string
  statusBadge(run: Run): ReactNode
  onRun(run: Run): void
}) {
  const { data, error, isPending, refetch } = usePipelines({ isLive: true })
  useRunPushes(data?.map(({ name }) => name) ?? [], onRun)
  const change = useChange(onRun)
  const isPhone = usePhone()
  if (error && !data) {
    return <Problem title="The pipelines cannot be read" error={error} onRetry={refetch} />
  }
  return (
    <SpaceBetween size="m">
      <RefusalNotice change={change} />
      <Table
        variant="full-page"
        items={data ?? []}
        trackBy="name"
        columnDefinitions={columns(myId, statusBadge, change, isPhone)}
        visibleColumns={isPhone ? ["title", "actions"] : undefined}
        loading={isPending}
        loadingText="Loading the pipelines"
        wrapLines
        ariaLabels={{ tableLabel: "Pipelines" }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={data && `(${data.length})`}
            description="What fills the warehouse. Runs appear here as they happen."
          >
            Pipelines
          </Header>
        }
        empty={
          <Box textAlign="center" padding="l">
            <SpaceBetween size="s">
              <Box variant="h3">No pipelines</Box>
              <Box color="text-body-secondary">
                None is open to you. An administrator can add you to a group.
              </Box>
            </SpaceBetween>
          </Box>
        }
      />
    </SpaceBetween>
  )
}

function columns(
  myId: string,
  statusBadge: (run: Run) => ReactNode,
  change: Change,
  isPhone: boolean,
): TableProps.ColumnDefinition<Pipeline>[] {
  return [
    {
      id: "title",
      header: "Pipeline",
      isRowHeader: true,
      minWidth: isPhone ? 150 : 200,
      cell: (pipeline) => (
        <>
          <PageLink href={`/pipelines/${pipeline.name}`}>{pipeline.title}</PageLink>
          {isPhone && (
            <>
              {pipeline.runs?.[0] && <LastRun run={pipeline.runs[0]} statusBadge={statusBadge} />}
              <Box color="text-body-secondary" fontSize="body-s">
                Next run: <NextRun pipeline={pipeline} myId={myId} />
              </Box>
            </>
          )}
        </>
      ),
    },
    {
      id: "last",
      header: "Last run",
      minWidth: 210,
      cell: ({ runs }) => (runs?.[0] ? <LastRun run={runs[0]} statusBadge={statusBadge} /> : "–"),
    },
    {
      id: "schedule",
      header: "Schedule",
      minWidth: 200,
      cell: (pipeline) => <Schedule pipeline={pipeline} />,
    },
    {
      id: "next",
      header: "Next run",
      minWidth: 200,
      cell: (pipeline) => <NextRun pipeline={pipeline} myId={myId} />,
    },
    {
      id: "actions",
      header: "Actions",
      minWidth: isPhone ? 110 : 160,
      cell: (pipeline) => <PipelineActions pipeline={pipeline} change={change} isInline />,
    },
  ]
}

function LastRun({ run, statusBadge }: { run: Run; statusBadge(run: Run): ReactNode }) {
  return (
    <>
      <div>{statusBadge(run)}</div>
      <PageLink href={`/queries/${run.id}`} fontSize="body-s">
        {moment(run.submittedAt)}
      </PageLink>
    </>
  )
}
