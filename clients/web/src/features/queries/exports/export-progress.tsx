/** How far an export is, step by step, each with the time at which it was reached. */
import Steps, { type StepsProps } from "@cloudscape-design/components/steps"
import type { ExportPhase } from "@/shared/graphql/generated/graphql"
import { duration } from "@/shared/ui/time"
import type { Query } from "../query"
import type { Export } from "./export-options"
import { type ExportStep, exportSteps } from "./export-steps"

const WORDS: Record<ExportPhase, string> = {
  STARTED: "Started in the warehouse",
  UNLOADED: "Rows written",
  JOINED: "Joined to one file",
  READY: "Ready to download",
}
const TYPES: Record<ExportStep["state"], StepsProps.Status> = {
  done: "success",
  now: "in-progress",
  "to-come": "pending",
  failed: "error",
  stopped: "stopped",
}
const STATES: Record<ExportStep["state"], string> = {
  done: "Done",
  now: "Now",
  "to-come": "To come",
  failed: "Failed",
  stopped: "Stopped",
}

export function ExportProgress({ query, export_ }: { query: Query; export_: Export }) {
  return (
    <Steps
      ariaLabel="Steps of the export"
      orientation={window.innerWidth > 900 ? "horizontal" : "vertical"}
      steps={exportSteps(query, export_).map(({ phase, state, at }) => ({
        status: TYPES[state],
        statusIconAriaLabel: STATES[state],
        header: WORDS[phase],
        details: at && `after ${duration(Date.parse(at) - Date.parse(query.submittedAt))}`,
      }))}
    />
  )
}
