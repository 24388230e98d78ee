/** A menu of times that people mean, each with what it is now. */
import ButtonDropdown from "@cloudscape-design/components/button-dropdown"
import { label, type ReportParameter } from "./parameters"
import { presets, type Range, rangePresets, zone } from "./presets"

export function PresetsMenu({
  parameter,
  onChange,
}: {
  parameter: ReportParameter
  onChange(value: string): void
}) {
  const items = presets(parameter, new Date())
  if (items.length === 0) return null
  return (
    <ButtonDropdown
      variant="icon"
      iconName="history"
      ariaLabel={`Suggestions for ${label(parameter)}`}
      expandToViewport
      items={[
        {
          text: `By the clock of ${zone()}`,
          items: items.map(({ id, text, value }) => ({ id, text, secondaryText: value })),
        },
      ]}
      onItemClick={({ detail }) => {
        // reckoned anew: the page may have been open over midnight
        const chosen = presets(parameter, new Date()).find(({ id }) => id === detail.id)
        if (chosen) onChange(chosen.value)
      }}
    />
  )
}

export function RangesMenu({
  range,
  onChange,
}: {
  range: Range
  onChange(first: string, last: string): void
}) {
  const items = rangePresets(range, new Date())
  if (items.length === 0) return null
  const ends = `${label(range.first)} and ${label(range.last)}`
  return (
    <ButtonDropdown
      ariaLabel={`Ranges for ${ends}`}
      expandToViewport
      items={[
        {
          text: `By the clock of ${zone()}`,
          items: items.map(({ id, text, first, last }) => ({
            id,
            text,
            secondaryText: first === last ? first : `${first} to ${last}`,
          })),
        },
      ]}
      onItemClick={({ detail }) => {
        const chosen = rangePresets(range, new Date()).find(({ id }) => id === detail.id)
        if (chosen) onChange(chosen.first, chosen.last)
      }}
    >
      Ranges
    </ButtonDropdown>
  )
}
