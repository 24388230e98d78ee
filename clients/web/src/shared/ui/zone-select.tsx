/** A choice among all time zones, found by typing. */
import Select from "@cloudscape-design/components/select"
import { useMemo } from "react"
import { ownZone, zoneNames } from "./zones"

export function ZoneSelect({
  value,
  ariaLabel,
  onChange,
}: {
  value: string
  ariaLabel?: string
  onChange(zone: string): void
}) {
  const options = useMemo(() => {
    const own = ownZone()
    const first = own === "UTC" ? ["UTC"] : [own, "UTC"]
    return [...first, ...zoneNames().filter((name) => !first.includes(name))].map((name) => ({
      value: name,
      label: name,
      description: name === own ? "Yours" : undefined,
      filteringTags: [name.replaceAll("_", " ")],
    }))
  }, [])
  return (
    <Select
      selectedOption={{ value, label: value }}
      options={options}
      filteringType="auto"
      filteringAriaLabel="Find a time zone"
      filteringPlaceholder="Find a time zone"
      virtualScroll
      expandToViewport
      ariaLabel={ariaLabel}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? value)}
    />
  )
}
