/** What fills the warehouse; its runs are queries like others, and their pages know of them at once. */
import { useCallback } from "react"
import { PipelineList } from "@/features/pipelines/pipeline-list"
import type { Query } from "@/features/queries/query"
import { StatusBadge } from "@/features/queries/status-badge"
import { useQueryFeed } from "@/features/queries/use-feed"
import { usePageTitle } from "@/shared/ui/page-title"
import { Breadcrumbs } from "../breadcrumbs"
import { useMyId } from "./use-me"

export function PipelinesPage() {
  usePageTitle("Pipelines")
  const feed = useQueryFeed()
  const myId = useMyId()
  const onRun = useCallback((run: Query) => feed.take(run), [feed])
  return (
    <>
      <Breadcrumbs items={[{ text: "Pipelines", href: "/pipelines" }]} />
      <PipelineList myId={myId} statusBadge={(run) => <StatusBadge query={run} />} onRun={onRun} />
    </>
  )
}
