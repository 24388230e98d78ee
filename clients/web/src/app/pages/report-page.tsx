/** A report before it runs. Its parameters are in the address, so that it can be shared as filled in. */
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import ContentLayout from "@cloudscape-design/components/content-layout"
import Header from "@cloudscape-design/components/header"
import Link from "@cloudscape-design/components/link"
import SpaceBetween from "@cloudscape-design/components/space-between"
import Toggle from "@cloudscape-design/components/toggle"
import { useParams, useSearchParams } from "react-router"
import { DownloadMenu } from "@/features/queries/exports/download-menu"
import { useExport, useRun } from "@/features/queries/use-run"
import { scheduleHref, searchOf, valuesIn } from "@/features/reports/address"
import { CopyAs } from "@/features/reports/copy-as"
import { given, problems, type Report, type Values } from "@/features/reports/parameters"
import { ReportForm } from "@/features/reports/report-form"
import { useReport } from "@/features/reports/use-reports"
import { useFollow } from "@/shared/ui/links"
import { usePageTitle } from "@/shared/ui/page-title"
import { Problem } from "@/shared/ui/problem"
import { Breadcrumbs } from "../breadcrumbs"
import { Loading } from "./loading"
import { Nowhere } from "./nowhere"
import { RefreshedBy } from "./refreshed-by"
import { useLiveSwitch } from "./use-live"

export function ReportPage() {
  const { name } = useParams()
  const { report, error, refetch } = useReport(name)
  if (error && !report) {
    return <Problem title="The report cannot be read" error={error} onRetry={refetch} />
  }
  if (report === undefined) return <Loading text="Loading the report" />
  if (report === null) {
    return (
      <Nowhere
        title="There is no such report"
        text={`No report is named “${name}”, or it is not open to your groups.`}
      />
    )
  }
  return <OneReport key={report.name} report={report} />
}

function OneReport({ report }: { report: Report }) {
  const [search, setSearch] = useSearchParams()
  const follow = useFollow()
  const run = useRun()
  const exportIt = useExport()
  const [isLive, setLive] = useLiveSwitch()
  usePageTitle(report.title)
  const refreshedBy = report.refreshedBy ?? []
  const values = valuesIn(search, report)
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={<div className="prose">{report.description}</div>}
          actions={
            <SpaceBetween direction="horizontal" size="m" alignItems="center">
              <Link href={`/history?report=${report.name}`} onFollow={follow}>
                Earlier runs
              </Link>
              <Button href={scheduleHref(report, search)} onFollow={follow}>
                Schedule…
              </Button>
            </SpaceBetween>
          }
        >
          {report.title}
        </Header>
      }
    >
      <Breadcrumbs
        items={[
          { text: "Reports", href: "/reports" },
          { text: report.title, href: "" },
        ]}
      />
      <SpaceBetween size="l">
        <Container
          header={
            <Header variant="h2" actions={<CopyAs {...copyable(report, values)} />}>
              Parameters
            </Header>
          }
        >
          <SpaceBetween size="m">
            <ReportForm
              report={report}
              values={values}
              onChange={(changed) =>
                setSearch(searchOf(changed, report, isLive), { replace: true })
              }
              onRun={(parameters) => run(report.name, parameters, { isLive })}
              moreActions={(submitBy) => (
                <DownloadMenu
                  onExport={(options) =>
                    submitBy((parameters) => exportIt(report.name, parameters, options))
                  }
                />
              )}
            />
            {refreshedBy.length > 0 && (
              <Toggle
                checked={isLive}
                onChange={({ detail }) => setLive(detail.checked)}
                description={
                  <>
                    The result is replaced whenever <RefreshedBy names={refreshedBy} /> has run.
                  </>
                }
              >
                Live
              </Toggle>
            )}
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </ContentLayout>
  )
}

function copyable(report: Report, values: Values) {
  const isWell = Object.keys(problems(report.parameters, values)).length === 0
  return {
    run: { report: report.name, parameters: given(report.parameters, values) },
    problem: isWell ? undefined : "Fill in the parameters first.",
  }
}
