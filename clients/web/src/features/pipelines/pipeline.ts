/** A pipeline and its runs as the API tells of them, and what may be said of them. */
import type { ListPipelinesQuery, QueryStateFragment } from "@/shared/graphql/generated/graphql"
import { moment } from "@/shared/ui/time"

export type Pipeline = ListPipelinesQuery["listPipelines"][number]
export type Run = QueryStateFragment

const FINAL: readonly Run["status"][] = ["FINISHED", "FAILED", "ABORTED"]

export function isOver(run: Run): boolean {
  return FINAL.includes(run.status)
}

/** The runs as they were read, and what is known to be newer: reading takes time, and pushes do not wait. */
export function newest(read: readonly Run[], known: readonly Run[]): Run[] {
  const byId = new Map(known.map((run) => [run.id, run]))
  const first = read[0]
  const since = known.filter(
    (run) =>
      (!first || Date.parse(run.submittedAt) > Date.parse(first.submittedAt)) &&
      !read.some(({ id }) => id === run.id),
  )
  return [...since, ...read.map((run) => newer(run, byId.get(run.id)))]
}

/** The runs, with what a push tells of one of them, or of a new one. */
export function withRun(runs: readonly Run[], run: Run): Run[] {
  if (runs.some(({ id }) => id === run.id)) {
    return runs.map((each) => (each.id === run.id ? newer(run, each) : each))
  }
  const place = runs.findIndex(
    (each) => Date.parse(each.submittedAt) <= Date.parse(run.submittedAt),
  )
  return place < 0 ? [...runs, run] : [...runs.slice(0, place), run, ...runs.slice(place)]
}

function newer(one: Run, other: Run | undefined): Run {
  return other && other.version > one.version ? other : one
}

/** `Paused by you since ...`: who else it was, the API tells by an id that means nothing to people. */
export function pausedWords(pipeline: Pipeline, myId: string): string | null {
  const { pausedAt, pausedBy } = pipeline
  if (!pausedAt) return null
  const by = pausedBy === myId ? "by you" : "by somebody else"
  return `Paused ${by} since ${moment(pausedAt)}`
}

/** What a run's error says; that it was oneself who cancelled it, not as an id. */
export function errorWords(run: Run, myId: string): string | null {
  if (!run.error) return null
  return run.error.message
    .replace(`Cancelled by user ${myId}.`, "Cancelled by you.")
    .replace(/^Cancelled by user [0-9a-f-]{36}\.$/, "Cancelled by somebody else.")
}

/** Why it began. */
export function causeWords(run: Run): string {
  return run.scheduledFor ? `Schedule, for ${moment(run.scheduledFor)}` : "Somebody asked"
}
