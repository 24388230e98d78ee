/** A schedule: of which report, when, and what becomes of each run. */
import Alert from "@cloudscape-design/components/alert"
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import Form from "@cloudscape-design/components/form"
import FormField from "@cloudscape-design/components/form-field"
import Header from "@cloudscape-design/components/header"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { type FormEvent, type ReactNode, useState } from "react"
import { askAgain } from "@/shared/appsync/ask-again"
import { Refused } from "@/shared/appsync/errors"
import { SCHEDULE_REPORT, UPDATE_SCHEDULE } from "@/shared/graphql/agenda-documents"
import { useServices } from "@/shared/ui/services"
import { isStale } from "../events/change-event"
import { ChangedMeanwhile } from "../events/changed-meanwhile"
import {
  fieldOfRefusal,
  type Given,
  isGone,
  type Schedule,
  type ScheduleDraft,
  type ScheduleField,
  scheduleDifferences,
  scheduleInput,
  scheduleProblems,
} from "./schedule"
import { EachRunFields } from "./schedule-options"
import { WhenFields } from "./when-fields"

interface Refusal {
  field: ScheduleField | null
  message: string
  draft: ScheduleDraft
}

/**
 * base: as one has seen it; null for a new one. theirs: a later version, if there is one; hasGone: there is none any more.
 * parameters: the fields of the report's; given: what is in them, or null where that is wrong.
 * onMine: what one has changed, over theirs; the answer is that. onAnew: it is to be a new one.
 * onRefused: whether a refusal is shown at one of these fields. onStale: read the later version.
 */
export function ScheduleForm({
  id,
  base,
  theirs,
  hasGone,
  draft,
  reports,
  parameters,
  given,
  onChange,
  onTheirs,
  onMine,
  onAnew,
  onRefused,
  onStale,
  onSaved,
  onCancel,
}: {
  id: string
  base: Schedule | null
  theirs: Schedule | null
  hasGone: boolean
  draft: ScheduleDraft
  reports: readonly { name: string; title: string }[]
  parameters: ReactNode
  given(): readonly Given[] | null
  onChange(draft: ScheduleDraft): void
  onTheirs(schedule: Schedule): void
  onMine(over: Schedule): { draft: ScheduleDraft; given: readonly Given[] | null }
  onAnew(): void
  onRefused(error: unknown): boolean
  onStale(): Promise<unknown>
  onSaved(schedule: Schedule): void
  onCancel(): void
}) {
  const { api } = useServices()
  const [isTouched, setTouched] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isBusy, setBusy] = useState(false)
  const problems = isTouched ? scheduleProblems(draft) : {}
  const shown = (field: ScheduleField) =>
    refusal?.field === field && refusal.draft === draft ? refusal.message : problems[field]

  async function save(
    over: Schedule | null,
    draft: ScheduleDraft,
    values: readonly Given[] | null,
  ) {
    setTouched(true)
    setRefusal(null)
    if (!values || Object.keys(scheduleProblems(draft)).length > 0) return
    setBusy(true)
    try {
      const input = { id, ...scheduleInput(draft, values, over ?? undefined) }
      onSaved(
        over
          ? (await api.request(UPDATE_SCHEDULE, { input: { ...input, version: over.version } }))
              .updateSchedule
          : await askAgain(
              async () => (await api.request(SCHEDULE_REPORT, { input })).scheduleReport,
            ),
      )
    } catch (error) {
      if (isStale(error) || isGone(error))
        await onStale().catch(() => setRefusal(refusalOf(error, draft)))
      else if (!onRefused(error)) setRefusal(refusalOf(error, draft))
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    if (!theirs && !hasGone) void save(base, draft, given())
  }

  const change = (changed: Partial<ScheduleDraft>) => onChange({ ...draft, ...changed })
  return (
    <form onSubmit={submit} noValidate>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={onCancel}>
              Cancel
            </Button>
            <Button variant="primary" loading={isBusy} disabled={Boolean(theirs) || hasGone}>
              {base ? "Save" : "Schedule"}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {hasGone && (
            <div role="alert">
              <Alert
                type="warning"
                header="It was deleted meanwhile"
                action={
                  <Button formAction="none" onClick={onAnew}>
                    Make a new one of it
                  </Button>
                }
              >
                This schedule was deleted elsewhere, and runs no more. What you typed is still here.
              </Alert>
            </div>
          )}
          {base && theirs && (
            <ChangedMeanwhile
              found={scheduleDifferences(base, theirs)}
              isBusy={isBusy}
              onTheirs={() => onTheirs(theirs)}
              onMine={() => {
                const mine = onMine(theirs)
                void save(theirs, mine.draft, mine.given)
              }}
            />
          )}
          {refusal && !refusal.field && (
            <div role="alert">
              <Alert type="error" header="It was not saved">
                {refusal.message}
              </Alert>
            </div>
          )}
          <Container header={<Header variant="h2">What runs</Header>}>
            <SpaceBetween size="l">
              <FormField label="Report" errorText={shown("report")} stretch>
                <Select
                  selectedOption={optionOf(reports, draft.report)}
                  options={reports.map(({ name, title }) => ({ value: name, label: title }))}
                  placeholder="Choose a report"
                  onChange={({ detail }) => change({ report: detail.selectedOption.value ?? "" })}
                />
              </FormField>
              {parameters}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">When</Header>}>
            <WhenFields
              draft={draft}
              whenProblem={shown("when")}
              zoneProblem={shown("timezone")}
              onChange={change}
            />
          </Container>
          <Container header={<Header variant="h2">Each run</Header>}>
            <EachRunFields draft={draft} problemOf={shown} onChange={change} />
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  )
}

function optionOf(reports: readonly { name: string; title: string }[], name: string) {
  const found = reports.find((report) => report.name === name)
  if (found) return { value: found.name, label: found.title }
  return name ? { value: name, label: name } : null
}

function refusalOf(error: unknown, draft: ScheduleDraft): Refusal {
  const message = error instanceof Error ? error.message : String(error)
  const isOurs = error instanceof Refused && !isStale(error)
  return { field: isOurs ? fieldOfRefusal(error.type, message) : null, message, draft }
}
