/** Which days, in which view and zone: all of it in the address. */
import Button from "@cloudscape-design/components/button"
import FormField from "@cloudscape-design/components/form-field"
import SegmentedControl from "@cloudscape-design/components/segmented-control"
import Spinner from "@cloudscape-design/components/spinner"
import { ZoneSelect } from "@/shared/ui/zone-select"
import { offsetName } from "@/shared/ui/zones"
import type { Place } from "./use-place"
import { stepped, type View } from "./view"

const NAMES: Record<View, string> = { month: "Month", week: "Week", day: "Day", list: "List" }

export function AgendaBar({
  place,
  title,
  isReading,
  onGo,
}: {
  place: Place
  title: string
  isReading: boolean
  onGo(changed: Partial<Place>): void
}) {
  const { view, day, zone, today } = place
  const unit = view === "list" ? "month" : view
  return (
    <div className="agenda-bar">
      <div>
        <Button onClick={() => onGo({ day: today })}>Today</Button>
        <Button
          iconName="angle-left"
          ariaLabel={`The ${unit} before`}
          onClick={() => onGo({ day: stepped(view, day, -1) })}
        />
        <Button
          iconName="angle-right"
          ariaLabel={`The ${unit} after`}
          onClick={() => onGo({ day: stepped(view, day, 1) })}
        />
        <h2 aria-live="polite">{title}</h2>
        {isReading && <Spinner />}
      </div>
      <div className="agenda-choices">
        <FormField label={`Time zone (${offsetName(`${day}T12:00:00Z`, zone)})`}>
          <ZoneSelect value={zone} onChange={(chosen) => onGo({ zone: chosen })} />
        </FormField>
        <SegmentedControl
          label="View"
          selectedId={view}
          options={Object.entries(NAMES).map(([id, text]) => ({ id, text }))}
          onChange={({ detail }) => onGo({ view: detail.selectedId as View, day })}
        />
      </div>
    </div>
  )
}
