/** A range picked in one calendar: the first click begins it, the second ends it; loaded when a form has one. */
import DateRangePicker, {
  type DateRangePickerProps,
} from "@cloudscape-design/components/date-range-picker"
import { label } from "./parameters"
import type { Range } from "./presets"
import {
  chosenInCalendar,
  isInCalendar,
  problemInCalendar,
  shownInCalendar,
} from "./range-calendar"

const WORDS: DateRangePickerProps.I18nStrings = {
  applyButtonLabel: "Apply",
  cancelButtonLabel: "Cancel",
  clearButtonLabel: "Clear",
}

export function RangePicker({
  range,
  values,
  onChange,
}: {
  range: Range
  values: Readonly<Record<string, string>>
  onChange(first: string, last: string): void
}) {
  const { first, last } = range
  return (
    <DateRangePicker
      value={shownInCalendar(range, values)}
      rangeSelectorMode="absolute-only"
      dateOnly
      granularity={first.type === "MONTH" ? "month" : "day"}
      absoluteFormat="iso"
      dateInputFormat="iso"
      relativeOptions={[]}
      isValidRange={(value) => validity(range, value)}
      isDateEnabled={(date) => isInCalendar(range, isoDay(date))}
      placeholder="In a calendar"
      expandToViewport
      showClearButton={false}
      i18nStrings={{ ...WORDS, ariaLabel: `Calendar for ${label(first)} and ${label(last)}` }}
      onChange={({ detail: { value } }) => {
        if (value?.type === "absolute") onChange(...chosenInCalendar(range, value))
      }}
    />
  )
}

function validity(
  range: Range,
  value: DateRangePickerProps.Value | null,
): DateRangePickerProps.ValidationResult {
  const ends = value?.type === "absolute" ? value : { startDate: "", endDate: "" }
  const errorMessage = problemInCalendar(range, ends)
  return errorMessage ? { valid: false, errorMessage } : { valid: true }
}

/** As its clock shows it. */
function isoDay(date: Date): string {
  const pad = (part: number) => String(part).padStart(2, "0")
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}
