/** One parameter: the control that fits its type, with what it takes and what is wrong. */
import DatePicker from "@cloudscape-design/components/date-picker"
import FormField from "@cloudscape-design/components/form-field"
import Input from "@cloudscape-design/components/input"
import Select from "@cloudscape-design/components/select"
import TimeInput from "@cloudscape-design/components/time-input"
import Toggle from "@cloudscape-design/components/toggle"
import type { ReactNode } from "react"
import { bounds, label, type ReportParameter } from "./parameters"
import { PresetsMenu } from "./presets-menu"
import "./parameter-field.css"

interface FieldProps {
  parameter: ReportParameter
  value: string
  problem?: string
  warning?: string
  onChange(value: string): void
  onBlur(): void
}

export function ParameterField(props: FieldProps) {
  const { parameter, problem, warning } = props
  const isToggle = parameter.type === "BOOLEAN" && initiallySet(parameter)
  return (
    <FormField
      label={
        <>
          {label(parameter)}
          {!parameter.required && parameter.default == null && <i> – optional</i>}
        </>
      }
      description={parameter.description}
      constraintText={!isToggle && constraint(parameter)}
      errorText={problem}
      warningText={problem ? undefined : warning}
      stretch
    >
      <Control {...props} />
    </FormField>
  )
}

function initiallySet(parameter: ReportParameter): boolean {
  return parameter.required || parameter.default != null
}

/** What it takes, in a few words; the default is there for who cleared the field. */
function constraint(parameter: ReportParameter): string {
  const words = CONSTRAINTS[parameter.type](parameter)
  const text = `${words}${bounds(parameter)}`.replace(/^, /, "")
  const preset = parameter.default != null ? `Default: ${parameter.default}` : ""
  const sentence = text && `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  return [sentence, preset && `${preset}.`].filter(Boolean).join(" ")
}

const CONSTRAINTS: Record<ReportParameter["type"], (parameter: ReportParameter) => string> = {
  TEXT: ({ maxLength }) => (maxLength ? `at most ${maxLength} characters` : ""),
  INTEGER: () => "whole number",
  DECIMAL: ({ scale }) => `number with up to ${scale ?? 2} digits after the point`,
  BOOLEAN: () => "",
  DATE: () => "",
  MONTH: () => "",
  TIMESTAMP: () => "date and time of the data, without a time zone",
  ENUM: () => "",
}

function Control(props: FieldProps) {
  switch (props.parameter.type) {
    case "BOOLEAN":
      return initiallySet(props.parameter) ? (
        <Switch {...props} />
      ) : (
        <Choice {...props} options={YES_NO} />
      )
    case "ENUM":
      return <Choice {...props} options={options(props.parameter.options ?? [])} />
    case "DATE":
      return <Time {...props} of={<Day {...props} granularity="day" />} />
    case "MONTH":
      return <Time {...props} of={<Day {...props} granularity="month" />} />
    case "TIMESTAMP":
      return <Time {...props} of={<Timestamp {...props} />} />
    default:
      return <Text {...props} />
  }
}

const YES_NO = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
]

function options(values: readonly string[]) {
  return values.map((value) => ({ value, label: value }))
}

function Switch({ value, onChange }: FieldProps) {
  const isOn = value === "true"
  return (
    <Toggle checked={isOn} onChange={({ detail }) => onChange(String(detail.checked))}>
      {isOn ? "Yes" : "No"}
    </Toggle>
  )
}

function Choice({
  parameter,
  value,
  onChange,
  onBlur,
  options,
}: FieldProps & { options: { value: string; label: string }[] }) {
  const none = { value: "", label: "Any" }
  const all = initiallySet(parameter) ? options : [none, ...options]
  return (
    <Select
      options={all}
      selectedOption={all.find((each) => each.value === value) ?? null}
      placeholder="Choose one"
      filteringType={all.length > 12 ? "auto" : "none"}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      onBlur={onBlur}
    />
  )
}

function Text({ parameter, value, onChange, onBlur }: FieldProps) {
  return (
    <Input
      value={value}
      inputMode={INPUT_MODES[parameter.type] ?? "text"}
      placeholder={parameter.default ?? ""}
      autoComplete={false}
      spellcheck={false}
      onChange={({ detail }) => onChange(detail.value)}
      onBlur={onBlur}
    />
  )
}

const INPUT_MODES: Partial<Record<ReportParameter["type"], "numeric" | "decimal">> = {
  INTEGER: "numeric",
  DECIMAL: "decimal",
}

/** A time, with what people mean by it. */
function Time({ parameter, onChange, of }: FieldProps & { of: ReactNode }) {
  return (
    <div className="with-suggestions">
      {of}
      <PresetsMenu parameter={parameter} onChange={onChange} />
    </div>
  )
}

function Day({
  parameter,
  value,
  onChange,
  onBlur,
  granularity,
}: FieldProps & { granularity: "day" | "month" }) {
  const isEnabled = (date: Date) => isWithin(parameter, isoDay(date), granularity)
  return (
    <DatePicker
      value={value}
      granularity={granularity}
      format="iso"
      placeholder={granularity === "day" ? "YYYY-MM-DD" : "YYYY-MM"}
      openCalendarAriaLabel={(chosen) =>
        `Choose a ${granularity} for ${label(parameter)}${chosen ? `, now ${chosen}` : ""}`
      }
      isDateEnabled={isEnabled}
      onChange={({ detail }) => onChange(detail.value)}
      onBlur={onBlur}
    />
  )
}

function isWithin({ min, max }: ReportParameter, day: string, granularity: "day" | "month") {
  const text = granularity === "month" ? day.slice(0, 7) : day
  return (min == null || text >= min.slice(0, 10)) && (max == null || text <= max.slice(0, 10))
}

function isoDay(date: Date): string {
  const pad = (part: number) => String(part).padStart(2, "0")
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

function Timestamp({ parameter, value, onChange, onBlur }: FieldProps) {
  const [day = "", time = ""] = value.replace("T", " ").split(" ")
  const join = (newDay: string, newTime: string) => onChange(`${newDay} ${newTime}`.trim())
  return (
    <>
      <DatePicker
        value={day}
        format="iso"
        placeholder="YYYY-MM-DD"
        ariaLabel={`${label(parameter)}: date`}
        openCalendarAriaLabel={() => `Choose a date for ${label(parameter)}`}
        isDateEnabled={(date) => isWithin(parameter, isoDay(date), "day")}
        onChange={({ detail }) => join(detail.value, time || (detail.value && "00:00:00"))}
        onBlur={onBlur}
      />
      <div className="time-of-day">
        <TimeInput
          value={time}
          format="hh:mm:ss"
          placeholder="hh:mm:ss"
          ariaLabel={`${label(parameter)}: time`}
          onChange={({ detail }) => join(day, detail.value)}
          onBlur={onBlur}
        />
      </div>
    </>
  )
}
