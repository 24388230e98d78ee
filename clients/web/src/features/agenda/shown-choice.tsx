/** What is shown: kinds of entries, and calendars. */
import ButtonDropdown, {
  type ButtonDropdownProps,
} from "@cloudscape-design/components/button-dropdown"
import { KINDS, type Kind } from "./entries"
import type { Preferences } from "./preferences"
import { type Calendar, calendarName } from "./use-agenda"

export function ShownChoice({
  preferences,
  calendars,
  onChange,
  onHolidays,
}: {
  preferences: Preferences
  calendars: readonly Calendar[]
  onChange(changed: Partial<Preferences>): void
  onHolidays(): void
}) {
  const { hiddenKinds, hiddenCalendars, country, subdivision } = preferences
  const region = [country, subdivision].filter(Boolean).join(" ")
  const items: ButtonDropdownProps.Items = [
    {
      text: "Kinds",
      items: Object.entries(KINDS)
        .filter(([kind]) => kind !== "holiday" || country)
        .map(([kind, text]) => ({
          itemType: "checkbox" as const,
          id: `kind ${kind}`,
          text: kind === "holiday" ? `${text} (${region})` : text,
          checked: !hiddenKinds.includes(kind as Kind),
        })),
    },
    {
      text: "Calendars",
      items: calendars.map(({ id }) => ({
        itemType: "checkbox" as const,
        id: `calendar ${id}`,
        text: calendarName(id),
        checked: !hiddenCalendars.includes(id),
      })),
    },
    { id: "holidays", text: country ? "Other public holidays…" : "Public holidays…" },
  ]
  return (
    <ButtonDropdown
      items={items}
      onItemClick={({ detail }) => {
        const [what, name = ""] = detail.id.split(" ", 2)
        if (what === "kind") onChange({ hiddenKinds: toggled(hiddenKinds, name as Kind) })
        else if (what === "calendar") {
          const id = detail.id.slice("calendar ".length)
          onChange({ hiddenCalendars: toggled(hiddenCalendars, id) })
        } else onHolidays()
      }}
    >
      Show
    </ButtonDropdown>
  )
}

function toggled<Name>(names: readonly Name[], name: Name): Name[] {
  return names.includes(name) ? names.filter((each) => each !== name) : [...names, name]
}
