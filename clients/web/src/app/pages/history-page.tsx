/** The history, with the reports' titles for their names. */
import { useMemo } from "react"
import { History } from "@/features/queries/history/history"
import { useReports } from "@/features/reports/use-reports"
import { usePageTitle } from "@/shared/ui/page-title"
import { Breadcrumbs } from "../breadcrumbs"

export function HistoryPage() {
  usePageTitle("History")
  const { data } = useReports()
  const titles = useMemo(() => new Map(data?.map(({ name, title }) => [name, title])), [data])
  return (
    <>
      <Breadcrumbs items={[{ text: "History", href: "/history" }]} />
      <History titles={titles} />
    </>
  )
}
