/** The schedules, with the reports' titles for their names. */
import { useCallback, useMemo } from "react"
import { Schedules } from "@/features/agenda/schedules/schedules"
import { useQueryFeed } from "@/features/queries/use-feed"
import { useReports } from "@/features/reports/use-reports"
import { usePageTitle } from "@/shared/ui/page-title"
import { Breadcrumbs } from "../breadcrumbs"

export function SchedulesPage() {
  usePageTitle("Schedules")
  const feed = useQueryFeed()
  const { data } = useReports()
  const titles = useMemo(() => new Map(data?.map(({ name, title }) => [name, title])), [data])
  const onRun = useCallback<typeof feed.onChange>((listener) => feed.onChange(listener), [feed])
  return (
    <>
      <Breadcrumbs
        items={[
          { text: "Agenda", href: "/agenda" },
          { text: "Schedules", href: "/agenda/schedules" },
        ]}
      />
      <Schedules titles={titles} onRun={onRun} />
    </>
  )
}
