/** How far an export is: every step that it will take, and when each was reached. */
import type { ExportPhase } from "@/shared/graphql/generated/graphql"
import { isFinal, type Query } from "../query"
import type { Export } from "./export-options"

export interface ExportStep {
  phase: ExportPhase
  state: "done" | "now" | "to-come" | "failed" | "stopped"
  /** When it was reached; null where it was not. */
  at: string | null
}

/** A query waits before its first step; an export that ended early stopped in the first it misses. */
export function exportSteps(query: Query, export_: Export): ExportStep[] {
  const reached = new Map(export_.steps.map(({ phase, at }) => [phase, at]))
  const missed = phases(export_).find((phase) => !reached.has(phase))
  return phases(export_).map((phase) => {
    const at = reached.get(phase) ?? null
    if (at !== null) return { phase, state: "done", at }
    return { phase, state: phase === missed ? stateOfNext(query) : "to-come", at }
  })
}

/** Parquet is written as one file by the warehouse; what it writes in parts is joined after. */
function phases({ singleFile, format }: Export): ExportPhase[] {
  const isJoined = singleFile && format !== "PARQUET"
  return isJoined ? ["STARTED", "UNLOADED", "JOINED", "READY"] : ["STARTED", "UNLOADED", "READY"]
}

function stateOfNext(query: Query): ExportStep["state"] {
  if (query.status === "FAILED") return "failed"
  if (query.status === "ABORTED") return "stopped"
  return isFinal(query) ? "done" : "now"
}
