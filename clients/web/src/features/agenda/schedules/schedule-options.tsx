/** What becomes of each run: a mail, files, and nothing on holidays. */
import Checkbox from "@cloudscape-design/components/checkbox"
import ColumnLayout from "@cloudscape-design/components/column-layout"
import FormField from "@cloudscape-design/components/form-field"
import Input from "@cloudscape-design/components/input"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useMemo } from "react"
import { countries } from "../countries"
import type { Format, ScheduleDraft, ScheduleField } from "./schedule"

const FORMATS: { value: Format | ""; label: string }[] = [
  { value: "", label: "No files" },
  { value: "CSV", label: "CSV" },
  { value: "JSON", label: "JSON" },
  { value: "PARQUET", label: "Parquet" },
]
const NO_HOLIDAYS = { value: "", label: "It runs on holidays, too" }

export function EachRunFields({
  draft,
  problemOf,
  onChange,
}: {
  draft: ScheduleDraft
  problemOf(field: ScheduleField): string | undefined
  onChange(changed: Partial<ScheduleDraft>): void
}) {
  const { notify, format, country, subdivision } = draft
  const options = useMemo(
    () => [
      NO_HOLIDAYS,
      ...countries().map(({ code, name }) => ({ value: code, label: name, labelTag: code })),
    ],
    [],
  )
  return (
    <SpaceBetween size="m">
      <FormField errorText={problemOf("notify")}>
        <Checkbox checked={notify} onChange={({ detail }) => onChange({ notify: detail.checked })}>
          Tell me by mail at its end
        </Checkbox>
      </FormField>
      <ColumnLayout columns={3}>
        <FormField label="Writes" errorText={problemOf("format")} stretch>
          <Select
            selectedOption={FORMATS.find(({ value }) => value === format) ?? null}
            options={FORMATS}
            onChange={({ detail }) => onChange({ format: detail.selectedOption.value as Format })}
          />
        </FormField>
        <FormField label="Left out on holidays of" errorText={problemOf("holidays")} stretch>
          <Select
            selectedOption={options.find(({ value }) => value === country) ?? NO_HOLIDAYS}
            options={options}
            filteringType="auto"
            filteringAriaLabel="Find a country"
            virtualScroll
            onChange={({ detail }) => onChange({ country: detail.selectedOption.value ?? "" })}
          />
        </FormField>
        <FormField
          label={
            <>
              Part of it <i>– optional</i>
            </>
          }
          constraintText="Letters of ISO 3166-2, such as BY."
          stretch
        >
          <Input
            value={subdivision}
            disabled={!country}
            autoComplete={false}
            onChange={({ detail }) => onChange({ subdivision: detail.value })}
          />
        </FormField>
      </ColumnLayout>
    </SpaceBetween>
  )
}
