/** The fields of an event, with what is wrong at each. */
import Checkbox from "@cloudscape-design/components/checkbox"
import ColumnLayout from "@cloudscape-design/components/column-layout"
import DatePicker from "@cloudscape-design/components/date-picker"
import FormField from "@cloudscape-design/components/form-field"
import Input from "@cloudscape-design/components/input"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import Textarea from "@cloudscape-design/components/textarea"
import TimeInput from "@cloudscape-design/components/time-input"
import { ZoneSelect } from "@/shared/ui/zone-select"
import "../agenda.css"
import { type Calendar, calendarName } from "../use-agenda"
import { begun, type Draft, type Problems } from "./event"

interface FieldsProps {
  draft: Draft
  problems: Problems
  onChange(changed: Partial<Draft>): void
}

export function EventForm(props: FieldsProps & { calendars: readonly Calendar[] }) {
  const { draft, problems, calendars, onChange } = props
  return (
    <SpaceBetween size="m">
      <FormField label="Title" errorText={problems.title} stretch>
        <Input
          value={draft.title}
          autoFocus
          autoComplete={false}
          onChange={({ detail }) => onChange({ title: detail.value })}
        />
      </FormField>
      <WhenFields {...props} />
      <ColumnLayout columns={2}>
        <FormField label="Time zone" errorText={problems.timezone} stretch>
          <ZoneSelect value={draft.timezone} onChange={(timezone) => onChange({ timezone })} />
        </FormField>
        <FormField label="Calendar" errorText={problems.calendar} stretch>
          <Select
            selectedOption={{ value: draft.calendar, label: calendarName(draft.calendar) }}
            options={calendars.map(({ id }) => ({
              value: id,
              label: calendarName(id),
              description: id.startsWith("group:") ? "Its members see and change it" : undefined,
            }))}
            onChange={({ detail }) => onChange({ calendar: detail.selectedOption.value ?? "" })}
          />
        </FormField>
      </ColumnLayout>
      <FormField label={<Optional text="Location" />} errorText={problems.location} stretch>
        <Input
          value={draft.location}
          autoComplete={false}
          onChange={({ detail }) => onChange({ location: detail.value })}
        />
      </FormField>
      <FormField label={<Optional text="Notes" />} errorText={problems.notes} stretch>
        <Textarea
          value={draft.notes}
          rows={3}
          onChange={({ detail }) => onChange({ notes: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  )
}

function Optional({ text }: { text: string }) {
  return (
    <>
      {text} <i>– optional</i>
    </>
  )
}

function WhenFields({ draft, problems, onChange }: FieldsProps) {
  const { allDay } = draft
  const begin = (changed: Partial<Draft>) => onChange(begun(draft, changed))
  return (
    <SpaceBetween size="s">
      <Checkbox checked={allDay} onChange={({ detail }) => onChange({ allDay: detail.checked })}>
        All day
      </Checkbox>
      <ColumnLayout columns={2}>
        <Moment
          label={allDay ? "First day" : "Start"}
          problem={problems.start}
          day={draft.startDay}
          time={allDay ? null : draft.startTime}
          onDay={(startDay) => begin({ startDay })}
          onTime={(startTime) => begin({ startTime })}
        />
        <Moment
          label={allDay ? "Last day" : "End"}
          problem={problems.end}
          day={draft.endDay}
          time={allDay ? null : draft.endTime}
          onDay={(endDay) => onChange({ endDay })}
          onTime={(endTime) => onChange({ endTime })}
        />
      </ColumnLayout>
    </SpaceBetween>
  )
}

function Moment({
  label,
  problem,
  day,
  time,
  onDay,
  onTime,
}: {
  label: string
  problem?: string
  day: string
  time: string | null
  onDay(day: string): void
  onTime(time: string): void
}) {
  return (
    <div className={time === null ? undefined : "agenda-moment"}>
      <FormField label={label} errorText={problem} stretch>
        <DatePicker
          value={day}
          format="iso"
          placeholder="YYYY-MM-DD"
          openCalendarAriaLabel={() => `${label}: choose a day`}
          onChange={({ detail }) => onDay(detail.value)}
        />
      </FormField>
      {time !== null && (
        <FormField label={`${label} time`} stretch>
          <TimeInput
            value={time}
            format="hh:mm"
            placeholder="hh:mm"
            invalid={Boolean(problem)}
            onChange={({ detail }) => onTime(detail.value)}
          />
        </FormField>
      )}
    </div>
  )
}
