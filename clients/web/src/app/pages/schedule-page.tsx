/** One schedule, new or known: the form of the agenda around the parameters of the report. */
import ContentLayout from "@cloudscape-design/components/content-layout"
import Header from "@cloudscape-design/components/header"
import { useState } from "react"
import { useNavigate, useParams, useSearchParams } from "react-router"
import { draftOfSchedule, newDraft, type Schedule } from "@/features/agenda/schedules/schedule"
import { ScheduleForm } from "@/features/agenda/schedules/schedule-form"
import { type ScheduleList, useSchedules } from "@/features/agenda/schedules/use-schedules"
import { given, parameterOf, type Report, type Values } from "@/features/reports/parameters"
import { scheduledProblem } from "@/features/reports/relative"
import { ScheduledParameters, scheduledDefaults } from "@/features/reports/scheduled-parameters"
import { useReports } from "@/features/reports/use-reports"
import { Refused } from "@/shared/appsync/errors"
import { usePageTitle } from "@/shared/ui/page-title"
import { Problem } from "@/shared/ui/problem"
import { Breadcrumbs } from "../breadcrumbs"
import { Loading } from "./loading"
import { Nowhere } from "./nowhere"

export function SchedulePage() {
  const { id } = useParams()
  const reports = useReports()
  const { list, items, isRead, error } = useSchedules()
  const schedule = items.find((each) => each.id === id)
  const failed = reports.error ?? (id && !schedule ? error : null)
  const retry = () => {
    void reports.refetch()
    void list.read()
  }
  if (failed && !(reports.data && schedule)) {
    return <Problem title="The schedule cannot be read" error={failed} onRetry={retry} />
  }
  if (!reports.data || (id && !schedule && !isRead)) return <Loading text="Loading the schedule" />
  if (id && !schedule) {
    return (
      <Nowhere
        title="There is no such schedule"
        text="It was deleted, or it is not one of yours."
      />
    )
  }
  return <OneSchedule key={id ?? "new"} now={schedule ?? null} reports={reports.data} list={list} />
}

/** now: as it is known now; null for a new one. */
function OneSchedule({
  now,
  reports,
  list,
}: {
  now: Schedule | null
  reports: readonly Report[]
  list: ScheduleList
}) {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [id] = useState(() => now?.id ?? crypto.randomUUID())
  const [base, setBase] = useState(now)
  const [draft, setDraft] = useState(() =>
    now ? draftOfSchedule(now) : newDraft(search.get("report") ?? ""),
  )
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(now ? now.parameters.map(({ name, value }) => [name, value]) : search),
  )
  const [problems, setProblems] = useState<Values>({})
  const report = reports.find(({ name }) => name === draft.report)
  const all = report ? known(report, values) : {}
  const title = report?.title ?? "New schedule"
  usePageTitle(`Schedule: ${title}`)
  const leave = () => void navigate("/agenda/schedules")

  function givenValues() {
    const found = report ? wrong(report, all) : {}
    setProblems(found)
    return Object.keys(found).length > 0 ? null : given(report?.parameters ?? [], all)
  }

  function onRefused(error: unknown): boolean {
    const isAboutOne = error instanceof Refused && error.type === "InvalidParameter"
    const name = isAboutOne ? parameterOf(error.message) : null
    if (!isAboutOne || !report?.parameters.some((each) => each.name === name)) return false
    setProblems({ [name ?? ""]: error.message })
    return true
  }

  return (
    <ContentLayout
      header={
        <Header variant="h1" description="It runs as you, with the groups that you have then.">
          {now ? `Schedule of “${title}”` : "New schedule"}
        </Header>
      }
    >
      <Breadcrumbs
        items={[
          { text: "Agenda", href: "/agenda" },
          { text: "Schedules", href: "/agenda/schedules" },
          { text: now ? title : "New", href: "" },
        ]}
      />
      <ScheduleForm
        id={id}
        base={base}
        theirs={base && now && now.version > base.version ? now : null}
        draft={draft}
        reports={reports}
        parameters={
          report && (
            <ScheduledParameters
              report={report}
              values={all}
              problems={problems}
              onChange={(changed) => {
                setValues(changed)
                setProblems({})
              }}
            />
          )
        }
        given={givenValues}
        onChange={setDraft}
        onTheirs={(theirs) => {
          setBase(theirs)
          setDraft(draftOfSchedule(theirs))
          setValues(Object.fromEntries(theirs.parameters.map(({ name, value }) => [name, value])))
        }}
        onRefused={onRefused}
        onStale={() => list.refresh(id)}
        onSaved={(saved) => {
          list.take(saved)
          leave()
        }}
        onCancel={leave}
      />
    </ContentLayout>
  )
}

/** The values of the report's parameters, and of no others. */
function known({ parameters }: Report, values: Values): Values {
  const preset = scheduledDefaults(parameters)
  return Object.fromEntries(
    parameters.map(({ name }) => [name, values[name] ?? preset[name] ?? ""]),
  )
}

function wrong({ parameters }: Report, values: Values): Values {
  const found = parameters.map((each) => [
    each.name,
    scheduledProblem(each, values[each.name] ?? ""),
  ])
  return Object.fromEntries(found.filter(([, words]) => words))
}
