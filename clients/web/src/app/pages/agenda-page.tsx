/**
 * The agenda, with the reports' titles for their names, the queries' words for how runs are, and the
 * runs of pipelines, which are nobody's own, as they happen.
 */
import { useCallback, useMemo } from "react"
import { Agenda } from "@/features/agenda/agenda"
import { usePipelines, useRunPushes } from "@/features/pipelines/use-pipelines"
import { statusWords } from "@/features/queries/query"
import { StatusBadge } from "@/features/queries/status-badge"
import { useQueryFeed } from "@/features/queries/use-feed"
import { useReports } from "@/features/reports/use-reports"
import { usePageTitle } from "@/shared/ui/page-title"
import { Breadcrumbs } from "../breadcrumbs"

export function AgendaPage() {
  usePageTitle("Agenda")
  const feed = useQueryFeed()
  const { data } = useReports()
  const { data: pipelines } = usePipelines()
  const titles = useMemo(() => new Map(data?.map(({ name, title }) => [name, title])), [data])
  const onRun = useCallback<typeof feed.onChange>((listener) => feed.onChange(listener), [feed])
  useRunPushes(pipelines?.map(({ name }) => name) ?? [], (run) => feed.take(run))
  return (
    <>
      <Breadcrumbs items={[{ text: "Agenda", href: "/agenda" }]} />
      <Agenda
        titles={titles}
        statusWord={statusWords}
        statusBadge={(run) => <StatusBadge query={run} />}
        onRun={onRun}
      />
    </>
  )
}
