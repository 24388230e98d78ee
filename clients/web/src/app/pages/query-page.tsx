/** One query, running or ended: reload, or open its address elsewhere, and it is here again. */
import ContentLayout from "@cloudscape-design/components/content-layout"
import ExpandableSection from "@cloudscape-design/components/expandable-section"
import Flashbar from "@cloudscape-design/components/flashbar"
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useState } from "react"
import { useParams } from "react-router"
import { DownloadMenu } from "@/features/queries/exports/download-menu"
import { ExportResult } from "@/features/queries/exports/export-result"
import { LiveBar } from "@/features/queries/live/live-bar"
import { parameterWords, type QueryWithResult, statusSign } from "@/features/queries/query"
import { QueryStatus } from "@/features/queries/query-status"
import { QueryResult } from "@/features/queries/result/query-result"
import { useEntry, useQueryFeed } from "@/features/queries/use-feed"
import { useAgain, useExport, useRun } from "@/features/queries/use-run"
import { CopyAs } from "@/features/reports/copy-as"
import { defaults, type Report, type Values } from "@/features/reports/parameters"
import { ReportForm } from "@/features/reports/report-form"
import { useReport } from "@/features/reports/use-reports"
import { usePageTitle } from "@/shared/ui/page-title"
import { Problem } from "@/shared/ui/problem"
import { Breadcrumbs } from "../breadcrumbs"
import { Loading } from "./loading"
import { Nowhere } from "./nowhere"
import { RefreshedBy } from "./refreshed-by"
import { RunPage } from "./run-page"
import { useLiveResult, useLiveSwitch } from "./use-live"

export function QueryPage() {
  const { id = "" } = useParams()
  const feed = useQueryFeed()
  const entry = useEntry(id)
  switch (entry.status) {
    case "loading":
      return <Loading text="Looking for the query" />
    case "missing":
      return (
        <Nowhere
          title="There is no such query"
          text="It is not one of yours, or it is more than 30 days old."
        />
      )
    case "failed":
      return (
        <Problem
          title="The query cannot be read"
          error={entry.error}
          onRetry={() => feed.retry(id)}
        />
      )
    case "known":
      return entry.query.pipeline ? (
        <RunPage key={id} run={entry.query} pipeline={entry.query.pipeline} />
      ) : (
        <OneQuery key={sameQuestion(entry.query)} query={entry.query} />
      )
  }
}

/** A newer result of the same takes the place of the one before, and nothing else changes. */
function sameQuestion(query: QueryWithResult): string {
  return JSON.stringify([query.report, query.kind, query.parameters])
}

function OneQuery({ query }: { query: QueryWithResult }) {
  const { report } = useReport(query.report)
  const runAgain = useAgain()
  const exportIt = useExport()
  const [isLive, setLive] = useLiveSwitch()
  const refreshedBy = (query.kind === "REPORT" && report?.refreshedBy) || []
  const { live, previous } = useLiveResult(query, isLive && refreshedBy.length > 0)
  const [problem, setProblem] = useState<string | null>(null)
  const title = report?.title ?? query.report ?? "Query"
  usePageTitle(`${statusSign(query)} ${title}`)
  const attempt = async (submit: Promise<void>) => {
    setProblem(null)
    try {
      await submit
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  const again = () => attempt(runAgain(query, { isLive }))
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={parameterWords(query) || report?.description}
          actions={
            report && (
              <SpaceBetween direction="horizontal" size="xs">
                <CopyAs run={{ report: report.name, parameters: query.parameters }} />
                <DownloadMenu
                  onExport={(options) => attempt(exportIt(report.name, query.parameters, options))}
                />
              </SpaceBetween>
            )
          }
        >
          {title}
        </Header>
      }
    >
      <Breadcrumbs
        items={[
          { text: "Reports", href: "/reports" },
          { text: title, href: `/reports/${query.report}` },
          { text: parameterWords(query) || "Run", href: "" },
        ]}
      />
      <SpaceBetween size="m">
        {problem && (
          <Flashbar
            items={[
              {
                type: "error",
                header: "It was not submitted",
                content: problem,
                dismissible: true,
                onDismiss: () => setProblem(null),
                id: "again",
              },
            ]}
          />
        )}
        {refreshedBy.length > 0 && (
          <LiveBar
            query={query}
            live={live}
            pipelines={<RefreshedBy names={refreshedBy} />}
            previous={previous}
            onChange={setLive}
          />
        )}
        {report && report.parameters.length > 0 && (
          <OtherParameters report={report} query={query} />
        )}
        <QueryStatus query={query} onAgain={again} />
        {query.export ? (
          <ExportResult query={query} export_={query.export} onAgain={again} />
        ) : (
          <QueryResult query={query} chart={report?.chart} title={title} />
        )}
      </SpaceBetween>
    </ContentLayout>
  )
}

/** The form, as this query filled it in: the next question is one change away. */
function OtherParameters({ report, query }: { report: Report; query: QueryWithResult }) {
  const run = useRun()
  const [isLive] = useLiveSwitch()
  const [values, setValues] = useState<Values>(() => ({
    ...defaults(report.parameters),
    ...Object.fromEntries(query.parameters.map(({ name, value }) => [name, value])),
  }))
  return (
    <ExpandableSection
      variant="container"
      headerText="Change the parameters"
      defaultExpanded={false}
    >
      <ReportForm
        report={report}
        values={values}
        runLabel="Run with these"
        onChange={setValues}
        onRun={(parameters) => run(report.name, parameters, { isLive })}
      />
    </ExpandableSection>
  )
}
