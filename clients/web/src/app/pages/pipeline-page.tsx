/** One pipeline: what it is, its runs as they happen, and having it run or rest. */
import ContentLayout from "@cloudscape-design/components/content-layout"
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useMemo } from "react"
import { useParams } from "react-router"
import type { Pipeline } from "@/features/pipelines/pipeline"
import { PipelineAbout } from "@/features/pipelines/pipeline-about"
import { PipelineActions } from "@/features/pipelines/pipeline-actions"
import { RefusalNotice } from "@/features/pipelines/refusal"
import { RunList } from "@/features/pipelines/run-list"
import { useChange } from "@/features/pipelines/use-change"
import { usePipeline, useRunPushes } from "@/features/pipelines/use-pipelines"
import { StatusBadge } from "@/features/queries/status-badge"
import { useQueryFeed } from "@/features/queries/use-feed"
import { useReports } from "@/features/reports/use-reports"
import { usePageTitle } from "@/shared/ui/page-title"
import { Problem } from "@/shared/ui/problem"
import { Breadcrumbs } from "../breadcrumbs"
import { Loading } from "./loading"
import { Nowhere } from "./nowhere"
import { useMyId } from "./use-me"

export function PipelinePage() {
  const { name } = useParams()
  const { pipeline, error, refetch } = usePipeline(name, { isLive: true })
  if (error && !pipeline) {
    return <Problem title="The pipeline cannot be read" error={error} onRetry={refetch} />
  }
  if (pipeline === undefined) return <Loading text="Loading the pipeline" />
  if (pipeline === null) {
    return (
      <Nowhere
        title="There is no such pipeline"
        text={`No pipeline is named “${name}”, or it is not open to your groups.`}
      />
    )
  }
  return <OnePipeline key={pipeline.name} pipeline={pipeline} />
}

function OnePipeline({ pipeline }: { pipeline: Pipeline }) {
  const { name, title, description } = pipeline
  const feed = useQueryFeed()
  const myId = useMyId()
  const { data: reports } = useReports()
  const titles = useMemo(
    () => new Map(reports?.map((report) => [report.name, report.title])),
    [reports],
  )
  const change = useChange((run) => feed.take(run))
  useRunPushes([name], (run) => feed.take(run))
  usePageTitle(title)
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={description}
          actions={<PipelineActions pipeline={pipeline} change={change} />}
        >
          {title}
        </Header>
      }
    >
      <Breadcrumbs
        items={[
          { text: "Pipelines", href: "/pipelines" },
          { text: title, href: "" },
        ]}
      />
      <SpaceBetween size="m">
        <RefusalNotice change={change} />
        <PipelineAbout pipeline={pipeline} myId={myId} titles={titles} />
        <RunList
          pipeline={name}
          myId={myId}
          change={change}
          statusBadge={(run) => <StatusBadge query={run} />}
        />
      </SpaceBetween>
    </ContentLayout>
  )
}
