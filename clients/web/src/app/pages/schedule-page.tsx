/** One schedule, new or known: the form of the agenda around the parameters of the report. */
import ContentLayout from "@cloudscape-design/components/content-layout"
import Header from "@cloudscape-design/components/header"
import { useState } from "react"
import { useNavigate, useParams, useSearchParams } from "react-router"
import {
  type Filled,
  filledAs,
  newDraft,
  rebasedSchedule,
  type Schedule,
} from "@/features/agenda/schedules/schedule"
import { ScheduleForm } from "@/features/agenda/schedules/schedule-form"
import { type ScheduleList, useSchedules } from "@/features/agenda/schedules/use-schedules"
import { given, parameterOf, type Report, type Values } from "@/features/reports/parameters"
import { scheduledProblem } from "@/features/reports/relative"
import { ScheduledParameters, scheduledDefaults } from "@/features/reports/scheduled-parameters"
import { useReports } from "@/features/reports/use-reports"
import { Refused } from "@/shared/appsync/errors"
import { REPORT } from "@/shared/ui/address"
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
  const [opened, setOpened] = useState<Schedule | null>(null) // it stays open where it is deleted
  if (schedule && schedule.id !== opened?.id) setOpened(schedule)
  const isOpen = id !== undefined && (schedule?.id ?? opened?.id) === id
  const failed = reports.error ?? (id && !isOpen ? error : null)
  const retry = () => {
    void reports.refetch()
    void list.read()
  }
  if (failed && !(reports.data && isOpen)) {
    return <Problem title="The schedule cannot be read" error={failed} onRetry={retry} />
  }
  if (!reports.data || (id && !isOpen && !isRead)) return <Loading text="Loading the schedule" />
  if (id && !isOpen) {
    return (
      <Nowhere
        title="There is no such schedule"
        text="It was deleted, or it is not one of yours."
      />
    )
  }
  return (
    <OneSchedule
      key={id ?? "new"}
      first={id ? (schedule ?? opened) : null}
      now={schedule ?? null}
      reports={reports.data}
      list={list}
    />
  )
}

/** first: as it was when it was opened; null for a new one. now: as it is known now; null where it is gone. */
function OneSchedule({
  first,
  now,
  reports,
  list,
}: {
  first: Schedule | null
  now: Schedule | null
  reports: readonly Report[]
  list: ScheduleList
}) {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [id, setId] = useState(() => first?.id ?? crypto.randomUUID())
  const [base, setBase] = useState(first)
  const [{ draft, values }, setFilled] = useState<Filled>(() =>
    first
      ? filledAs(first)
      : { draft: newDraft(search.get(REPORT) ?? ""), values: Object.fromEntries(search) },
  )
  const [problems, setProblems] = useState<Values>({})
  const report = reports.find(({ name }) => name === draft.report)
  const all = report ? known(report, values) : {}
  const title = report?.title ?? "New schedule"
  usePageTitle(`Schedule: ${title}`)
  const leave = () => void navigate("/agenda/schedules")

  /** What is wrong is told, and the answer null. */
  function givenIn(filled: Filled) {
    const report = reports.find(({ name }) => name === filled.draft.report)
    const all = report ? known(report, filled.values) : {}
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
          {base ? `Schedule of “${title}”` : "New schedule"}
        </Header>
      }
    >
      <Breadcrumbs
        items={[
          { text: "Agenda", href: "/agenda" },
          { text: "Schedules", href: "/agenda/schedules" },
          { text: base ? title : "New", href: "" },
        ]}
      />
      <ScheduleForm
        id={id}
        base={base}
        theirs={base && now && now.version > base.version ? now : null}
        hasGone={base !== null && now === null}
        draft={draft}
        reports={reports}
        parameters={
          report && (
            <ScheduledParameters
              report={report}
              values={all}
              problems={problems}
              onChange={(changed) => {
                setFilled({ draft, values: changed })
                setProblems({})
              }}
            />
          )
        }
        given={() => givenIn({ draft, values })}
        onChange={(changed) => setFilled({ draft: changed, values })}
        onTheirs={(theirs) => {
          setBase(theirs)
          setFilled(filledAs(theirs))
        }}
        onMine={(theirs) => {
          const preset = scheduledDefaults(report?.parameters ?? [])
          const mine = base
            ? rebasedSchedule(base, { draft, values: all }, theirs, preset)
            : { draft, values }
          setBase(theirs)
          setFilled(mine)
          return { draft: mine.draft, given: givenIn(mine) }
        }}
        onAnew={() => {
          setBase(null)
          setId(crypto.randomUUID())
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
