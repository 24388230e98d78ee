/** When what is shown was submitted: the last hours or days, or from one moment to another. */
import DateRangePicker, {
  type DateRangePickerProps,
} from "@cloudscape-design/components/date-range-picker"
import { type Period, PRESETS } from "./history-period"

const WORDS: DateRangePickerProps.I18nStrings = {
  ariaLabel: "Submitted: filter",
  applyButtonLabel: "Apply",
  clearButtonLabel: "Any time",
  cancelButtonLabel: "Cancel",
  relativeModeTitle: "The last hours or days",
  absoluteModeTitle: "From one day to another",
  formatUnit: (unit, value) => (value === 1 ? unit : `${unit}s`),
  formatRelativeRange: ({ amount, unit }) => `Last ${amount === 1 ? unit : `${amount} ${unit}s`}`,
}
const CUSTOM_UNITS: DateRangePickerProps.TimeUnit[] = ["minute", "hour", "day", "week"]
const MOST_DAYS = 30

export function PeriodFilter({
  period,
  onChange,
}: {
  period: Period | null
  onChange(period: Period | null): void
}) {
  return (
    <DateRangePicker
      value={period}
      relativeOptions={PRESETS}
      customRelativeRangeUnits={CUSTOM_UNITS}
      isValidRange={problem}
      isDateEnabled={(date) => date.getTime() <= Date.now()}
      placeholder="Any time"
      locale="en-GB"
      expandToViewport
      i18nStrings={WORDS}
      onChange={({ detail }) => onChange(detail.value)}
    />
  )
}

function problem(value: Period | null): DateRangePickerProps.ValidationResult {
  if (value?.type === "absolute") {
    const [start, end] = [Date.parse(value.startDate), Date.parse(value.endDate)]
    if (Number.isNaN(start) || Number.isNaN(end)) return wrong("Give a first and a last day.")
    if (start > end) return wrong("The end is before the start.")
  }
  if (value?.type === "relative" && !(value.amount > 0)) {
    return wrong(`Give a number. Queries are kept for ${MOST_DAYS} days.`)
  }
  return { valid: true }
}

function wrong(errorMessage: string): DateRangePickerProps.ValidationResult {
  return { valid: false, errorMessage }
}
