/** A query's status in colour, sign and words. */
import StatusIndicator, {
  type StatusIndicatorProps,
} from "@cloudscape-design/components/status-indicator"
import type { QueryStatus } from "@/shared/graphql/generated/graphql"
import { type Query, statusWords } from "./query"

const TYPES: Record<QueryStatus, StatusIndicatorProps.Type> = {
  QUEUED: "pending",
  SUBMITTED: "in-progress",
  PICKED: "in-progress",
  STARTED: "in-progress",
  FINISHED: "success",
  FAILED: "error",
  ABORTED: "stopped",
}

export function StatusBadge({ query }: { query: Query }) {
  return <StatusIndicator type={TYPES[query.status]}>{statusWords(query)}</StatusIndicator>
}
