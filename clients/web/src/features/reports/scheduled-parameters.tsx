/** A report's parameters for a schedule: a value, or a word that follows the day of each run. */
import Box from "@cloudscape-design/components/box"
import FormField from "@cloudscape-design/components/form-field"
import Grid from "@cloudscape-design/components/grid"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { ParameterField } from "./parameter-field"
import { defaults, label, type Report, type ReportParameter, type Values } from "./parameters"
import { isWord, wordsOf } from "./relative"

const FIXED = { value: "", label: "The same for each run" }

/** Before anyone has typed: nothing, so that each run has the report's own defaults; switches have theirs. */
export function scheduledDefaults(parameters: readonly ReportParameter[]): Values {
  const preset = defaults(parameters)
  const first = (each: ReportParameter) =>
    each.type === "BOOLEAN" ? (preset[each.name] ?? "") : ""
  return Object.fromEntries(parameters.map((each) => [each.name, first(each)]))
}

export function ScheduledParameters({
  report,
  values,
  problems,
  onChange,
}: {
  report: Report
  values: Values
  problems: Values
  onChange(values: Values): void
}) {
  const { parameters } = report
  if (parameters.length === 0) {
    return <Box color="text-body-secondary">This report takes no parameters.</Box>
  }
  return (
    <Grid gridDefinition={parameters.map(() => ({ colspan: { default: 12, s: 6, l: 4 } }))}>
      {parameters.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? ""}
          problem={problems[parameter.name]}
          onChange={(value) => onChange({ ...values, [parameter.name]: value })}
        />
      ))}
    </Grid>
  )
}

function Field({
  parameter,
  value,
  problem,
  onChange,
}: {
  parameter: ReportParameter
  value: string
  problem?: string
  onChange(value: string): void
}) {
  const words = wordsOf(parameter)
  const hasWord = isWord(parameter, value)
  const field = (
    <ParameterField
      parameter={parameter}
      value={value}
      problem={problem}
      onChange={onChange}
      onBlur={() => undefined}
    />
  )
  if (words.length === 0) return field
  const options = [FIXED, ...words.map((each) => ({ ...each, description: each.value }))]
  return (
    <SpaceBetween size="xs">
      <FormField label={`${label(parameter)}, by the day`} errorText={hasWord && problem} stretch>
        <Select
          selectedOption={options.find((each) => each.value === (hasWord ? value : "")) ?? FIXED}
          options={options}
          filteringType="auto"
          filteringAriaLabel="Find a day or a period"
          onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
        />
      </FormField>
      {!hasWord && field}
    </SpaceBetween>
  )
}
