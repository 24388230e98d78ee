/** When a schedule runs: the usual ways, or an expression; said in words as one chooses. */
import Box from "@cloudscape-design/components/box"
import ColumnLayout from "@cloudscape-design/components/column-layout"
import DatePicker from "@cloudscape-design/components/date-picker"
import FormField from "@cloudscape-design/components/form-field"
import Input from "@cloudscape-design/components/input"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import TimeInput from "@cloudscape-design/components/time-input"
import { scheduleWords } from "@/shared/ui/schedule-words"
import { ZoneSelect } from "@/shared/ui/zone-select"
import type { ScheduleDraft } from "./schedule"
import { expressionOf, problemOf, WAYS, type Way, type WhenToRun } from "./when-to-run"

export function WhenFields({
  draft,
  whenProblem,
  zoneProblem,
  onChange,
}: {
  draft: ScheduleDraft
  whenProblem?: string
  zoneProblem?: string
  onChange(changed: Partial<ScheduleDraft>): void
}) {
  const { when, timezone } = draft
  const put = (changed: Partial<WhenToRun>) => onChange({ when: { ...when, ...changed } })
  const expression = expressionOf(when)
  return (
    <SpaceBetween size="m">
      <ColumnLayout columns={3}>
        <Choice
          label="How often"
          value={when.way}
          options={WAYS}
          problem={whenProblem}
          onChange={(way) => put({ way: way as Way, expression })}
        />
        <Details when={when} onChange={put} />
        <FormField label="Time zone" errorText={zoneProblem} stretch>
          <ZoneSelect value={timezone} onChange={(zone) => onChange({ timezone: zone })} />
        </FormField>
      </ColumnLayout>
      <Box color="text-body-secondary">
        {problemOf(when) ? "–" : `${scheduleWords(expression)}, by the clocks of ${timezone}.`}
      </Box>
    </SpaceBetween>
  )
}

interface DetailsProps {
  when: WhenToRun
  onChange(changed: Partial<WhenToRun>): void
}

function Details({ when, onChange }: DetailsProps) {
  switch (when.way) {
    case "hourly":
      return (
        <Choice
          label="At minute"
          value={when.minute}
          options={MINUTES}
          onChange={(minute) => onChange({ minute })}
        />
      )
    case "expression":
      return (
        <FormField
          label="Expression"
          constraintText="Of EventBridge Scheduler: cron(0 7 ? * MON-FRI *), rate(15 minutes), at(2026-12-24T18:00:00)."
          stretch
        >
          <Input
            value={when.expression}
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => onChange({ expression: detail.value })}
          />
        </FormField>
      )
    default:
      return (
        <SpaceBetween size="s">
          <OfDay when={when} onChange={onChange} />
          <FormField label="At" stretch>
            <TimeInput
              value={when.time}
              format="hh:mm"
              placeholder="hh:mm"
              onChange={({ detail }) => onChange({ time: detail.value })}
            />
          </FormField>
        </SpaceBetween>
      )
  }
}

/** Which day, where the way needs one. */
function OfDay({ when, onChange }: DetailsProps) {
  switch (when.way) {
    case "weekly":
      return (
        <Choice
          label="On"
          value={when.weekday}
          options={WEEKDAYS}
          onChange={(weekday) => onChange({ weekday })}
        />
      )
    case "monthly":
      return (
        <Choice
          label="On day"
          value={when.monthDay}
          options={MONTH_DAYS}
          onChange={(monthDay) => onChange({ monthDay })}
        />
      )
    case "once":
      return (
        <FormField label="On" stretch>
          <DatePicker
            value={when.date}
            format="iso"
            placeholder="YYYY-MM-DD"
            openCalendarAriaLabel={() => "Choose a day"}
            onChange={({ detail }) => onChange({ date: detail.value })}
          />
        </FormField>
      )
    default:
      return null
  }
}

const WEEKDAYS = {
  MON: "Monday",
  TUE: "Tuesday",
  WED: "Wednesday",
  THU: "Thursday",
  FRI: "Friday",
  SAT: "Saturday",
  SUN: "Sunday",
}
const MONTH_DAYS = new Map([
  ...Array.from({ length: 31 }, (_, index) => [String(index + 1), String(index + 1)] as const),
  ["L", "The last"] as const,
])
const MINUTES = new Map(
  Array.from({ length: 12 }, (_, index) => [String(index * 5), String(index * 5)] as const),
)

function Choice({
  label,
  value,
  options,
  problem,
  onChange,
}: {
  label: string
  value: string
  options: Record<string, string> | ReadonlyMap<string, string>
  problem?: string
  onChange(value: string): void
}) {
  const named = options instanceof Map ? [...options] : Object.entries(options)
  const all = named.map(([id, text]) => ({ value: id, label: text }))
  return (
    <FormField label={label} errorText={problem} stretch>
      <Select
        selectedOption={all.find((each) => each.value === value) ?? { value, label: value }}
        options={all}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? value)}
      />
    </FormField>
  )
}
