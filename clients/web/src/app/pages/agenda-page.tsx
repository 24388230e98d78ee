/** The agenda, with the reports' titles for their names, and the queries' words for how runs are. */
import { useCallback, useMemo } from "react"
import { Agenda } from "@/features/agenda/agenda"
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
  const titles = useMemo(() => new Map(data?.map(({ name, title }) => [name, title])), [data])
  const onRun = useCallback<typeof feed.onChange>((listener) => feed.onChange(listener), [feed])
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
