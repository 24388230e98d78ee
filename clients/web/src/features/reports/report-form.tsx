/** A report's parameters as a form, made from its declaration; Enter runs it. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Form from "@cloudscape-design/components/form"
import Grid from "@cloudscape-design/components/grid"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { type FormEvent, lazy, type ReactNode, useState } from "react"
import { Refused } from "@/shared/appsync/errors"
import { AfterPaint } from "@/shared/ui/after-paint"
import { loadAgain } from "@/shared/ui/load-again"
import { ParameterField } from "./parameter-field"
import {
  defaults,
  given,
  label,
  parameterOf,
  problem,
  problems,
  type Report,
  type ReportParameter,
  type Values,
} from "./parameters"
import { isReversed, type Range, ranges } from "./presets"
import { RangesMenu } from "./presets-menu"
import "./report-form.css"

const RangePicker = lazy(() =>
  loadAgain(async () => ({ default: (await import("./range-picker")).RangePicker })),
)

interface Refusal {
  field: string | null
  value: string
  message: string
}

type Submit = (parameters: { name: string; value: string }[]) => Promise<void>

/** moreActions: what else may be done with what is filled in, which is checked first. */
export function ReportForm({
  report,
  values,
  runLabel = "Run",
  onChange,
  onRun,
  moreActions,
}: {
  report: Report
  values: Values
  runLabel?: string
  onChange(values: Values): void
  onRun: Submit
  moreActions?(submitBy: (submit: Submit) => Promise<void>): ReactNode
}) {
  const { parameters } = report
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isRunning, setRunning] = useState(false)

  const touch = (...names: string[]) => setTouched(new Set([...touched, ...names]))
  const problemOf = (name: string) => {
    if (refusal?.field === name && refusal.value === values[name]) return refusal.message
    const parameter = parameters.find((each) => each.name === name)
    const text = values[name] ?? ""
    return parameter && (text !== "" || touched.has(name)) ? problem(parameter, text) : null
  }

  async function submitBy(submit: Submit) {
    const [first] = Object.keys(problems(parameters, values))
    touch(...parameters.map((each) => each.name))
    setRefusal(null)
    if (first) return focusField(first)
    try {
      await submit(given(parameters, values))
    } catch (error) {
      const refused = refusalOf(error, report, values)
      setRefusal(refused)
      if (refused.field) focusField(refused.field)
    }
  }

  async function run(event: FormEvent) {
    event.preventDefault()
    setRunning(true)
    await submitBy(onRun).finally(() => setRunning(false))
  }

  return (
    <form onSubmit={run} noValidate>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {parameters.length > 0 && (
              <Button
                formAction="none"
                variant="link"
                onClick={() => {
                  setTouched(new Set())
                  setRefusal(null)
                  onChange(defaults(parameters))
                }}
              >
                Reset
              </Button>
            )}
            {moreActions?.(submitBy)}
            <Button
              variant="primary"
              iconName="caret-right-filled"
              loading={isRunning}
              loadingText="Submitting"
            >
              {runLabel}
            </Button>
          </SpaceBetween>
        }
        errorText={undefined}
      >
        <SpaceBetween size="l">
          {refusal && !refusal.field && (
            <div role="alert">
              <Alert type="error" header="The report was not run">
                {refusal.message}
              </Alert>
            </div>
          )}
          {parameters.length === 0 && (
            <Box color="text-body-secondary">This report takes no parameters.</Box>
          )}
          <Fields {...{ parameters, values, problemOf, onChange }} onBlur={touch} />
        </SpaceBetween>
      </Form>
    </form>
  )
}

interface FieldsProps {
  parameters: readonly ReportParameter[]
  values: Values
  problemOf(name: string): string | null
  onChange(values: Values): void
  onBlur(name: string): void
}

/** Every parameter in its order; the two ends of a range stand together, where the first is. */
function Fields({ parameters, ...props }: FieldsProps) {
  const pairs = ranges(parameters)
  const isSecond = (one: ReportParameter) =>
    pairs.some(({ first, last }) => one === last && first !== one)
  const items = parameters
    .filter((each) => !isSecond(each))
    .map((each) => ({ parameter: each, range: pairs.find(({ first }) => first === each) }))
  return (
    <Grid
      gridDefinition={items.map(({ range }) => ({
        colspan: range ? { default: 12, l: 8 } : { default: 12, s: 6, l: 4 },
      }))}
    >
      {items.map(({ parameter, range }) =>
        range ? (
          <RangeFields key={parameter.name} range={range} {...props} />
        ) : (
          <Field key={parameter.name} parameter={parameter} {...props} />
        ),
      )}
    </Grid>
  )
}

type OneFieldProps = Omit<FieldsProps, "parameters">

function Field({
  parameter,
  warning,
  values,
  problemOf,
  onChange,
  onBlur,
}: OneFieldProps & { parameter: ReportParameter; warning?: string }) {
  const { name } = parameter
  return (
    <div data-parameter={name}>
      <ParameterField
        parameter={parameter}
        value={values[name] ?? ""}
        problem={problemOf(name) ?? undefined}
        warning={warning}
        onChange={(value) => onChange({ ...values, [name]: value })}
        onBlur={() => onBlur(name)}
      />
    </div>
  )
}

function RangeFields({ range, ...props }: OneFieldProps & { range: Range }) {
  const { first, last } = range
  const { values, onChange } = props
  const warning = isReversed(range, values) ? `This is before ${label(first)}.` : undefined
  const change = (begin: string, end: string) =>
    onChange({ ...values, [first.name]: begin, [last.name]: end })
  return (
    <fieldset className="range" aria-label={`${label(first)} to ${label(last)}`}>
      <SpaceBetween size="xs">
        <Grid gridDefinition={[first, last].map(() => ({ colspan: { default: 12, s: 6 } }))}>
          <Field parameter={first} {...props} />
          <Field parameter={last} warning={warning} {...props} />
        </Grid>
        <div className="range-at-once">
          <RangesMenu range={range} onChange={change} />
          <AfterPaint fallback={null}>
            <RangePicker range={range} values={values} onChange={change} />
          </AfterPaint>
        </div>
      </SpaceBetween>
    </fieldset>
  )
}

function refusalOf(error: unknown, report: Report, values: Values): Refusal {
  const message = error instanceof Error ? error.message : String(error)
  const isAboutOne = error instanceof Refused && error.type === "InvalidParameter"
  const named = isAboutOne ? parameterOf(message) : null
  const field = report.parameters.some((each) => each.name === named) ? named : null
  return { field, value: field ? (values[field] ?? "") : "", message }
}

function focusField(name: string): void {
  const field = document.querySelector(`[data-parameter="${CSS.escape(name)}"]`)
  field?.querySelector<HTMLElement>("input, button, textarea")?.focus()
}
