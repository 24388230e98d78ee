/** What is above a result's rows: which of them, and which columns; loaded with the first rows. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import CollectionPreferences from "@cloudscape-design/components/collection-preferences"
import PropertyFilter, {
  type PropertyFilterProps,
} from "@cloudscape-design/components/property-filter"
import SegmentedControl from "@cloudscape-design/components/segmented-control"
import { useMemo } from "react"
import type { Column } from "../query"
import type { ColumnChoice } from "./column-choice"
import { isBoolean, isText, type Row, typeWords } from "./result-rows"
import {
  columnIds,
  IS,
  misunderstood,
  NOT_NULL,
  NULL,
  operatorsOf,
  type RowFilter,
} from "./row-filter"

const MOST_SUGGESTED = 30 // different texts of a column
const SAMPLE = 1_000 // rows

export interface ResultToolsProps {
  columns: readonly Column[]
  rows: readonly Row[]
  filter: RowFilter
  countText: string
  choice: readonly ColumnChoice[] | null
  onFilter(filter: RowFilter): void
  onChoose(choice: readonly ColumnChoice[] | null): void
}

export function ResultTools({
  columns,
  rows,
  filter,
  countText,
  choice,
  onFilter,
  onChoose,
}: ResultToolsProps) {
  const properties = useMemo(() => propertiesOf(columns), [columns])
  const sample = Math.min(rows.length, SAMPLE)
  // biome-ignore lint/correctness/useExhaustiveDependencies: further rows do not change the sample
  const options = useMemo(() => optionsOf(columns, rows.slice(0, SAMPLE)), [columns, sample])
  return (
    <div className="result-tools">
      <div className="result-filter">
        <PropertyFilter
          query={filter as PropertyFilterProps.Query}
          onChange={({ detail }) => onFilter(detail as RowFilter)}
          filteringProperties={properties}
          filteringOptions={options}
          freeTextFiltering={{ operators: [":", "!:"], defaultOperator: ":" }}
          filteringPlaceholder="Find rows by a text, or by a column"
          filteringAriaLabel="Find rows"
          filteringConstraintText={misunderstood(columns, filter)}
          countText={countText}
          expandToViewport
        />
      </div>
      {columns.length > 1 && <Columns {...{ columns, choice, onChoose }} />}
    </div>
  )
}

function Columns({
  columns,
  choice,
  onChoose,
}: Pick<ResultToolsProps, "columns" | "choice" | "onChoose">) {
  const ids = columnIds(columns)
  const hidden = choice?.filter(({ visible }) => !visible).length ?? 0
  return (
    <div className="result-columns">
      {choice && (
        <Box color="text-body-secondary" fontSize="body-s">
          {hidden > 0 ? `${hidden} of ${columns.length} columns hidden` : "In an order of your own"}{" "}
          <Button
            variant="inline-link"
            ariaLabel="Reset the columns"
            onClick={() => onChoose(null)}
          >
            Reset
          </Button>
        </Box>
      )}
      <CollectionPreferences
        title="Columns"
        confirmLabel="Show these"
        cancelLabel="Cancel"
        preferences={{ contentDisplay: choice ?? ids.map((id) => ({ id, visible: true })) }}
        contentDisplayPreference={{
          title: "Columns in sight",
          description: "Kept for this report, in this browser.",
          options: ids.map((id) => ({ id, label: id })),
          enableColumnFiltering: columns.length > 12,
        }}
        onConfirm={({ detail }) =>
          onChoose((detail.contentDisplay ?? []).map(({ id, visible }) => ({ id, visible })))
        }
      />
    </div>
  )
}

function propertiesOf(columns: readonly Column[]): PropertyFilterProps.FilteringProperty[] {
  const ids = columnIds(columns)
  return columns.map((column, place) => ({
    key: ids[place] ?? column.name,
    propertyLabel: ids[place] ?? column.name,
    groupValuesLabel: `Values of ${column.name} (${typeWords(column)})`,
    operators: [...operatorsOf(column), nullOperator],
    defaultOperator: isText(column) ? ":" : "=",
  }))
}

const nullOperator = {
  operator: IS,
  description: "NULL or not",
  form: NullForm,
  format: (value: unknown) => (/not/i.test(String(value)) ? NOT_NULL : NULL),
}

function NullForm({ value, onChange }: PropertyFilterProps.ExtendedOperatorFormProps<string>) {
  return (
    <SegmentedControl
      label="NULL or not"
      selectedId={value ?? null}
      options={[NULL, NOT_NULL].map((id) => ({ id, text: id }))}
      onChange={({ detail }) => onChange(detail.selectedId)}
    />
  )
}

/** Values to choose from, where a column has few. */
function optionsOf(
  columns: readonly Column[],
  rows: readonly Row[],
): PropertyFilterProps.FilteringOption[] {
  const ids = columnIds(columns)
  return columns.flatMap((column, place) => {
    const propertyKey = ids[place] ?? column.name
    const values = isBoolean(column) ? ["true", "false"] : isText(column) ? texts(rows, place) : []
    return values.map((value) => ({ propertyKey, value }))
  })
}

function texts(rows: readonly Row[], place: number): string[] {
  const found = new Set<string>()
  for (const row of rows) {
    const cell = row[place] ?? null
    if (cell !== null && cell !== "") found.add(String(cell))
    if (found.size > MOST_SUGGESTED) return []
  }
  return [...found].toSorted()
}
