/** A schedule, and a draft of one as a form has it. */
import { Refused } from "@/shared/appsync/errors"
import type { ScheduleStateFragment } from "@/shared/graphql/generated/graphql"
import { scheduleWords } from "@/shared/ui/schedule-words"
import { ownZone } from "@/shared/ui/zones"
import { expressionOf, problemOf, USUAL, type WhenToRun, whenToRun } from "./when-to-run"

export type Schedule = ScheduleStateFragment
export type Format = NonNullable<Schedule["export"]>["format"]
export interface Given {
  name: string
  value: string
}

/** format: empty where it is only run. country: empty where holidays do not matter. */
export interface ScheduleDraft {
  report: string
  when: WhenToRun
  timezone: string
  notify: boolean
  format: Format | ""
  country: string
  subdivision: string
}

export function isGone(error: unknown): boolean {
  return error instanceof Refused && error.type === "ScheduleNotFound"
}

export type ScheduleField = "report" | "when" | "timezone" | "notify" | "format" | "holidays"

export function newDraft(report: string): ScheduleDraft {
  const rest = { notify: false, format: "", country: "", subdivision: "" } as const
  return { report, when: USUAL, timezone: ownZone(), ...rest }
}

function draftOfSchedule(schedule: Schedule): ScheduleDraft {
  return {
    report: schedule.report,
    when: whenToRun(schedule.expression),
    timezone: schedule.timezone,
    notify: schedule.notify,
    format: schedule.export?.format ?? "",
    country: schedule.skipHolidays?.country ?? "",
    subdivision: schedule.skipHolidays?.subdivision ?? "",
  }
}

/** The input of scheduleReport, and of updateSchedule with its version. `of`: whose files stay as they are. */
export function scheduleInput(draft: ScheduleDraft, parameters: readonly Given[], of?: Schedule) {
  const { report, when, timezone, notify, country, subdivision } = draft
  return {
    report,
    expression: expressionOf(when),
    timezone,
    parameters: parameters.map(({ name, value }) => ({ name, value })),
    notify,
    export: exportOf(draft, of),
    skipHolidays: country ? { country, subdivision: subdivision.trim() || null } : null,
  }
}

function exportOf({ format }: ScheduleDraft, of?: Schedule) {
  if (!format) return null
  if (of?.export?.format !== format) return { format }
  const { singleFile, formulaSafe, compression } = of.export
  return { format, singleFile, formulaSafe, compression }
}

export function scheduleProblems(draft: ScheduleDraft): Partial<Record<ScheduleField, string>> {
  const when = problemOf(draft.when)
  return { ...(draft.report ? {} : { report: "Choose a report." }), ...(when ? { when } : {}) }
}

/** The field that a refusal is about; null where it is about none. */
export function fieldOfRefusal(type: string, message: string): ScheduleField | null {
  if (type === "InvalidSchedule") return message.startsWith("Time zone") ? "timezone" : "when"
  return REFUSALS[type] ?? null
}

const REFUSALS: Record<string, ScheduleField> = {
  HolidaysNotFound: "holidays",
  ReportNotFound: "report",
  InvalidNotify: "notify",
  InvalidExport: "format",
}

/** A draft, and the values of the report's parameters, of which the agenda knows no more than names. */
export interface Filled {
  draft: ScheduleDraft
  values: Readonly<Record<string, string>>
}

export function filledAs(schedule: Schedule): Filled {
  const values = schedule.parameters.map(({ name, value }) => [name, value])
  return { draft: draftOfSchedule(schedule), values: Object.fromEntries(values) }
}

/**
 * What one has changed of `base`, over what it has become meanwhile; another report has its own values.
 * preset: what the form shows of parameters that a schedule gives no value.
 */
export function rebasedSchedule(
  base: Schedule,
  mine: Filled,
  now: Schedule,
  preset: Filled["values"],
): Filled {
  const [before, theirs] = [filledAs(base), filledAs(now)]
  const draft = { ...theirs.draft, ...changed(before.draft, mine.draft) }
  const isRegionMine = TOGETHER.some((name) => mine.draft[name] !== before.draft[name])
  if (isRegionMine) for (const name of TOGETHER) draft[name] = mine.draft[name]
  const isOther = draft.report !== theirs.draft.report
  const values = isOther
    ? mine.values
    : { ...theirs.values, ...changed({ ...preset, ...before.values }, mine.values) }
  return { draft, values }
}

const TOGETHER = ["country", "subdivision"] as const // a part of a country is nothing elsewhere

/** Only what is not the same; a value that is not there is an empty one. */
function changed<T extends object>(before: T, after: T): T {
  const isNew = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify((before as Record<string, unknown>)[name] ?? "")
  return Object.fromEntries(Object.entries(after).filter(isNew)) as T
}

/** What is different, in words. */
export function scheduleDifferences(base: Schedule, theirs: Schedule): string[] {
  const told = (label: string, old: string, now: string) =>
    old === now ? [] : [`${label}: “${old || "nothing"}” is now “${now || "nothing"}”`]
  return [
    ...told("Report", base.report, theirs.report),
    ...told("When", whenIt(base), whenIt(theirs)),
    ...told("Parameters", parametersIn(base), parametersIn(theirs)),
    ...told("Each run", optionWords(base), optionWords(theirs)),
    ...told("Paused", base.pausedAt ? "yes" : "no", theirs.pausedAt ? "yes" : "no"),
  ]
}

function whenIt({ expression, timezone }: Schedule): string {
  return `${scheduleWords(expression)}, ${timezone}`
}

export function parametersIn({ parameters }: Pick<Schedule, "parameters">): string {
  return parameters.map(({ name, value }) => `${name} = ${value}`).join(", ")
}

/** `a mail, CSV files, not on holidays of DE BE`. */
export function optionWords(
  schedule: Pick<Schedule, "notify" | "export" | "skipHolidays">,
): string {
  const { notify, skipHolidays } = schedule
  const region = [skipHolidays?.country, skipHolidays?.subdivision].filter(Boolean).join(" ")
  return [
    notify && "a mail",
    schedule.export && `${schedule.export.format} files`,
    region && `not on holidays of ${region}`,
  ]
    .filter(Boolean)
    .join(", ")
}
