/** The reports that run by themselves: when, how they are, paused and resumed. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import ButtonDropdown from "@cloudscape-design/components/button-dropdown"
import Header from "@cloudscape-design/components/header"
import Modal from "@cloudscape-design/components/modal"
import SpaceBetween from "@cloudscape-design/components/space-between"
import StatusIndicator from "@cloudscape-design/components/status-indicator"
import Table, { type TableProps } from "@cloudscape-design/components/table"
import { useState } from "react"
import { DELETE_SCHEDULE, PAUSE_SCHEDULE, RESUME_SCHEDULE } from "@/shared/graphql/agenda-documents"
import { PageLink, useFollow } from "@/shared/ui/links"
import { usePhone } from "@/shared/ui/phone"
import { Problem } from "@/shared/ui/problem"
import { scheduleWords } from "@/shared/ui/schedule-words"
import { useServices } from "@/shared/ui/services"
import { zonedWords } from "@/shared/ui/zones"
import type { Run } from "../entries"
import { optionWords, parametersIn, type Schedule } from "./schedule"
import { useSchedules } from "./use-schedules"

/** titles: of the reports, by name. */
export function Schedules({
  titles,
  onRun,
}: {
  titles: ReadonlyMap<string, string>
  onRun(listener: (run: Run) => void): () => void
}) {
  const { api } = useServices()
  const follow = useFollow()
  const isPhone = usePhone()
  const { list, items, isRead, error } = useSchedules(onRun)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const [deleting, setDeleting] = useState<Schedule | null>(null)

  async function change(schedule: Schedule, ask: () => Promise<void>) {
    setRefusal(null)
    setBusy(schedule.id)
    try {
      await ask()
    } catch (refused) {
      setRefusal(refused instanceof Error ? refused.message : String(refused))
    } finally {
      setBusy(null)
      setDeleting(null)
    }
  }

  const toggle = (schedule: Schedule) =>
    change(schedule, async () => {
      const { id } = schedule
      if (schedule.pausedAt) list.take((await api.request(RESUME_SCHEDULE, { id })).resumeSchedule)
      else list.take((await api.request(PAUSE_SCHEDULE, { id })).pauseSchedule)
    })
  const remove = (schedule: Schedule) =>
    change(schedule, async () => {
      const { deleteSchedule } = await api.request(DELETE_SCHEDULE, { id: schedule.id })
      list.drop(schedule, Math.max(deleteSchedule.version, schedule.version + 1))
    })

  const titleOf = (schedule: Schedule) => titles.get(schedule.report) ?? schedule.report
  if (error && !isRead) {
    return (
      <Problem
        title="The schedules cannot be read"
        error={error}
        onRetry={() => void list.read()}
      />
    )
  }
  return (
    <>
      <Table
        variant="full-page"
        items={[...items].sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1))}
        trackBy="id"
        wrapLines
        loading={!isRead}
        loadingText="Loading your schedules"
        ariaLabels={{ tableLabel: "Your schedules" }}
        columnDefinitions={columns(titleOf, busy, toggle, setDeleting, isPhone)}
        visibleColumns={isPhone ? ["report", "actions"] : undefined}
        header={
          <SpaceBetween size="m">
            <Header
              variant="awsui-h1-sticky"
              description="Reports that run by themselves. Nobody else sees yours."
              actions={
                <Button
                  variant="primary"
                  iconName="add-plus"
                  href="/agenda/schedules/new"
                  onFollow={follow}
                >
                  New schedule
                </Button>
              }
            >
              Schedules
            </Header>
            {refusal && (
              <div role="alert">
                <Alert type="error" dismissible onDismiss={() => setRefusal(null)}>
                  {refusal}
                </Alert>
              </div>
            )}
          </SpaceBetween>
        }
        empty={
          <Box textAlign="center" color="text-body-secondary">
            Nothing runs by itself yet. “Schedule…” on a report's page begins.
          </Box>
        }
      />
      {deleting && (
        <Modal
          visible
          header={`Delete the schedule of “${titleOf(deleting)}”?`}
          onDismiss={() => setDeleting(null)}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={() => setDeleting(null)}>
                  Keep it
                </Button>
                <Button
                  variant="primary"
                  loading={busy === deleting.id}
                  onClick={() => void remove(deleting)}
                >
                  Delete it
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          {scheduleWords(deleting.expression)}, {deleting.timezone}. What it has run stays.
        </Modal>
      )}
    </>
  )
}

function columns(
  titleOf: (schedule: Schedule) => string,
  busy: string | null,
  onToggle: (schedule: Schedule) => void,
  onDelete: (schedule: Schedule) => void,
  isPhone: boolean,
): TableProps.ColumnDefinition<Schedule>[] {
  return [
    {
      id: "report",
      header: "Report",
      isRowHeader: true,
      minWidth: 180,
      cell: (schedule) => (
        <>
          <PageLink href={`/agenda/schedules/${schedule.id}`}>{titleOf(schedule)}</PageLink>
          <Box color="text-body-secondary" fontSize="body-s">
            <span className="message">{parametersIn(schedule)}</span>
          </Box>
          {isPhone && <Below schedule={schedule} />}
        </>
      ),
    },
    {
      id: "when",
      header: "When",
      minWidth: 180,
      cell: (schedule) => <When {...schedule} />,
    },
    { id: "status", header: "Status", minWidth: 150, cell: (schedule) => <Status {...schedule} /> },
    { id: "next", header: "Next run", minWidth: 180, cell: nextRun },
    {
      id: "options",
      header: "Each run",
      minWidth: 140,
      cell: (schedule) => optionWords(schedule) || "–",
    },
    {
      id: "actions",
      header: "Actions",
      minWidth: 110,
      cell: (schedule) => (
        <ButtonDropdown
          variant="inline-icon"
          ariaLabel={`Actions for ${titleOf(schedule)}`}
          expandToViewport
          loading={busy === schedule.id}
          items={[
            { id: "toggle", text: schedule.pausedAt ? "Resume" : "Pause" },
            { id: "delete", text: "Delete…" },
          ]}
          onItemClick={({ detail }) =>
            detail.id === "toggle" ? onToggle(schedule) : onDelete(schedule)
          }
        />
      ),
    },
  ]
}

function When({ expression, timezone }: Schedule) {
  return (
    <>
      {scheduleWords(expression)}
      <Box color="text-body-secondary" fontSize="body-s">
        {timezone}
      </Box>
    </>
  )
}

/** What is in columns of its own where there is room. */
function Below({ schedule }: { schedule: Schedule }) {
  return (
    <>
      <When {...schedule} />
      <Status {...schedule} />
      <Box color="text-body-secondary" fontSize="body-s">
        <div>Next run: {nextRun(schedule)}</div>
        {optionWords(schedule)}
      </Box>
    </>
  )
}

function Status({ pausedAt, problem, nextRunAt }: Schedule) {
  if (problem) {
    return (
      <StatusIndicator type="error" wrapText>
        <span className="message">Not taken: {problem}</span>
      </StatusIndicator>
    )
  }
  if (pausedAt) return <StatusIndicator type="stopped">Paused</StatusIndicator>
  if (!nextRunAt) return <StatusIndicator type="info">Over</StatusIndicator>
  return <StatusIndicator type="success">Active</StatusIndicator>
}

function nextRun({ nextRunAt, timezone }: Schedule): string {
  return nextRunAt ? zonedWords(nextRunAt, timezone) : "–"
}
