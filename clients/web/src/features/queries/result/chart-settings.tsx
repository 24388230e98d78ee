/** Which chart one wants: its kind, what it goes along, and its values. */
import FormField from "@cloudscape-design/components/form-field"
import Multiselect from "@cloudscape-design/components/multiselect"
import Select from "@cloudscape-design/components/select"
import type { Column } from "../query"
import { type ChartChoice, type ChartKind, KINDS, MOST_SERIES, valueColumns } from "./chart-choice"
import { columnIds } from "./row-filter"

const KIND_OPTIONS = Object.entries(KINDS).map(([value, label]) => ({ value, label }))

export function ChartSettings({
  columns,
  chart,
  onChange,
}: {
  columns: readonly Column[]
  chart: ChartChoice
  onChange(chart: ChartChoice): void
}) {
  const isFull = chart.y.length >= MOST_SERIES
  const values = valueColumns(columns).map((value) => ({
    value,
    label: value,
    disabled: isFull && !chart.y.includes(value),
    disabledReason: `A chart has ${MOST_SERIES} at most.`,
  }))
  return (
    <div className="chart-settings">
      <FormField label="Kind">
        <Select
          options={KIND_OPTIONS}
          selectedOption={KIND_OPTIONS.find(({ value }) => value === chart.kind) ?? null}
          expandToViewport
          onChange={({ detail }) =>
            onChange({ ...chart, kind: detail.selectedOption.value as ChartKind })
          }
        />
      </FormField>
      <FormField label="Along">
        <Select
          options={columnIds(columns).map((value) => ({ value, label: value }))}
          selectedOption={{ value: chart.x, label: chart.x }}
          filteringType={columns.length > 12 ? "auto" : "none"}
          expandToViewport
          onChange={({ detail }) =>
            onChange({ ...chart, x: detail.selectedOption.value ?? chart.x })
          }
        />
      </FormField>
      <FormField label="Values">
        <Multiselect
          options={values}
          selectedOptions={values.filter(({ value }) => chart.y.includes(value))}
          placeholder="Choose columns of numbers"
          filteringType={values.length > 12 ? "auto" : "none"}
          expandToViewport
          onChange={({ detail }) =>
            onChange({ ...chart, y: detail.selectedOptions.flatMap(({ value }) => value ?? []) })
          }
        />
      </FormField>
    </div>
  )
}
