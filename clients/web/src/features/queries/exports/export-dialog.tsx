/** The options of an export, each in words that say what it is good for. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Checkbox from "@cloudscape-design/components/checkbox"
import FormField from "@cloudscape-design/components/form-field"
import Modal from "@cloudscape-design/components/modal"
import RadioGroup from "@cloudscape-design/components/radio-group"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useState } from "react"
import type { Compression, ExportFormat } from "@/shared/graphql/generated/graphql"
import { COMPRESSIONS, type ExportOptions, FORMATS, usualOptions } from "./export-options"

const NO_COMPRESSION = { value: "", label: "None" }

export function ExportDialog({
  onDismiss,
  onExport,
}: {
  onDismiss(): void
  onExport(options: ExportOptions): void
}) {
  const [options, setOptions] = useState<ExportOptions>(() => usualOptions("CSV"))
  const change = (changed: Partial<ExportOptions>) => setOptions({ ...options, ...changed })
  return (
    <Modal
      visible
      header="Download with options"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Close
            </Button>
            <Button variant="primary" onClick={() => onExport(options)}>
              Prepare the download
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        <FormField label="Format">
          <RadioGroup
            value={options.format}
            items={[...FORMATS]}
            onChange={({ detail }) => change({ format: detail.value as ExportFormat })}
          />
        </FormField>
        {options.format !== "PARQUET" && (
          <CompressionField
            value={options.compression}
            onChange={(compression) => change({ compression })}
          />
        )}
        <Checkbox
          checked={options.singleFile}
          description="Otherwise as many as the warehouse writes at once, which is faster for very large results."
          onChange={({ detail }) => change({ singleFile: detail.checked })}
        >
          One file
        </Checkbox>
        {options.format === "CSV" && (
          <Checkbox
            checked={options.formulaSafe}
            description="A text that begins with =, +, - or @ gets an apostrophe before it, so that a spreadsheet shows it and does not run it as a formula. Numbers and dates stay as they are. Leave it out for programs that need each text exactly."
            onChange={({ detail }) => change({ formulaSafe: detail.checked })}
          >
            Safe for spreadsheets
          </Checkbox>
        )}
      </SpaceBetween>
    </Modal>
  )
}

function CompressionField({
  value,
  onChange,
}: {
  value: Compression | null
  onChange(value: Compression | null): void
}) {
  const choices = [NO_COMPRESSION, ...COMPRESSIONS]
  return (
    <FormField
      label="Compression"
      description="A smaller file, which has to be unpacked before most programs open it."
    >
      <Select
        options={choices}
        selectedOption={choices.find((each) => each.value === (value ?? "")) ?? NO_COMPRESSION}
        onChange={({ detail }) => onChange((detail.selectedOption.value as Compression) || null)}
      />
    </FormField>
  )
}
