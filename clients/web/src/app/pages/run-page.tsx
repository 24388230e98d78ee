/** One run of a pipeline: `onPipelineRun` tells of it, for it is nobody's own query. */
import ContentLayout from "@cloudscape-design/components/content-layout"
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useNavigate } from "react-router"
import { causeWords, errorWords } from "@/features/pipelines/pipeline"
import { RefusalNotice } from "@/features/pipelines/refusal"
import { useChange } from "@/features/pipelines/use-change"
import { usePipeline, useRunPushes } from "@/features/pipelines/use-pipelines"
import { isFinal, type Query } from "@/features/queries/query"
import { QueryStatus } from "@/features/queries/query-status"
import { useQueryFeed } from "@/features/queries/use-feed"
import { usePageTitle } from "@/shared/ui/page-title"
import { Breadcrumbs } from "../breadcrumbs"
import { useMyId } from "./use-me"

export function RunPage({ run, pipeline: name }: { run: Query; pipeline: string }) {
  const feed = useQueryFeed()
  const navigate = useNavigate()
  const myId = useMyId()
  const { pipeline } = usePipeline(name)
  const change = useChange((news) => feed.take(news))
  useRunPushes([name], (news) => feed.take(news))
  const title = pipeline?.title ?? name
  usePageTitle(`${isFinal(run) ? "" : "… "}${title}`)
  const again = async () => {
    const started = await change.run({ name, title })
    if (started) await navigate(`/queries/${started.id}`)
  }
  const error = run.error && { ...run.error, message: errorWords(run, myId) ?? "" }
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={`A run of a pipeline. ${causeWords(run)}.`}>
          {title}
        </Header>
      }
    >
      <Breadcrumbs
        items={[
          { text: "Pipelines", href: "/pipelines" },
          { text: title, href: `/pipelines/${name}` },
          { text: "Run", href: "" },
        ]}
      />
      <SpaceBetween size="m">
        <RefusalNotice change={change} />
        <QueryStatus query={{ ...run, error }} onAgain={again} />
      </SpaceBetween>
    </ContentLayout>
  )
}
