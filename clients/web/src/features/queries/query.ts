/** A query as the API tells of it, and what may be concluded from it. */
import type {
  GetQueryResultQuery,
  ListReportsQuery,
  QueryStateFragment,
  QueryStatus,
} from "@/shared/graphql/generated/graphql"

export type ResultPage = GetQueryResultQuery["getQueryResult"]
export type Column = ResultPage["columns"][number]
export type Chart = NonNullable<ListReportsQuery["listReports"][number]["chart"]>
export type Query = QueryStateFragment
export type QueryWithResult = Query & { result?: ResultPage | null }

export const STATUSES: readonly QueryStatus[] = [
  "QUEUED",
  "SUBMITTED",
  "PICKED",
  "STARTED",
  "FINISHED",
  "FAILED",
  "ABORTED",
]
const FINAL: readonly QueryStatus[] = ["FINISHED", "FAILED", "ABORTED"]

export function isFinal(query: Query): boolean {
  return FINAL.includes(query.status)
}

/** In words for people who do not know Redshift's. */
export function statusWords(query: Query): string {
  if (!isFinal(query) && query.cancelRequestedAt) return "Being cancelled"
  if (!isFinal(query) && query.export?.steps.some(({ phase }) => phase === "UNLOADED")) {
    return "Making the files"
  }
  if (query.error?.type === "RunSkipped") return "Left out"
  return WORDS[query.status]
}

export const WORDS: Record<QueryStatus, string> = {
  QUEUED: "Waiting for its turn",
  // Redshift tells of a statement's end alone: it may be running already, or not yet.
  SUBMITTED: "In the warehouse",
  PICKED: "In the warehouse",
  STARTED: "Running",
  FINISHED: "Finished",
  FAILED: "Failed",
  ABORTED: "Cancelled",
}

/** The state in one sign, for a tab's title. */
export function statusSign(query: Query): string {
  return SIGNS[query.status] ?? "…"
}

const SIGNS: Partial<Record<QueryStatus, string>> = { FINISHED: "✓", FAILED: "✗", ABORTED: "■" }

/** What it is, and why it ran. */
export function kindWords({ kind, export: export_, watch, scheduledFor }: Query): string {
  const what = kind === "EXPORT" ? `Export${export_ ? `, ${export_.format}` : ""}` : KINDS[kind]
  if (watch) return `${what}, live refresh`
  return scheduledFor ? `${what}, scheduled` : what
}

const KINDS: Record<Query["kind"], string> = {
  REPORT: "Report",
  EXPORT: "Export",
  PIPELINE: "Pipeline",
}

/** How long it has taken, or took: from when it was submitted to its end. */
export function elapsedMs(query: Query, now: number): number {
  const end = query.finishedAt ? Date.parse(query.finishedAt) : now
  return Math.max(0, end - Date.parse(query.submittedAt))
}

/** The one that tells more: a newer version, or the same one with its result. */
export function merged(known: QueryWithResult | null, told: QueryWithResult): QueryWithResult {
  if (!known || told.version > known.version) return told
  const addsResult = told.version === known.version && told.result && !known.result
  return addsResult ? told : known
}

/** `month = 2015-06, days = workdays`. */
export function parameterWords(query: Pick<Query, "parameters">): string {
  return query.parameters.map(({ name, value }) => `${name} = ${value}`).join(", ")
}
