/** Whether a result is kept true, since when it is as it is, and the one before. */
import Box from "@cloudscape-design/components/box"
import LiveRegion from "@cloudscape-design/components/live-region"
import SpaceBetween from "@cloudscape-design/components/space-between"
import StatusIndicator from "@cloudscape-design/components/status-indicator"
import Toggle from "@cloudscape-design/components/toggle"
import type { ReactNode } from "react"
import { connectionWords } from "@/shared/ui/connection"
import { PageLink } from "@/shared/ui/links"
import { useConnection } from "@/shared/ui/services"
import { moment } from "@/shared/ui/time"
import type { Query } from "../query"
import type { LiveState } from "./live-report"

/** pipelines: who refreshes it, as words. previous: the id of what was shown before. */
export function LiveBar({
  query,
  live,
  pipelines,
  previous,
  onChange,
}: {
  query: Query
  live: LiveState | null
  pipelines: ReactNode
  previous: string | null
  onChange(isLive: boolean): void
}) {
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="center">
      <Toggle checked={live !== null} onChange={({ detail }) => onChange(detail.checked)}>
        Live
      </Toggle>
      <LiveRegion>
        {live ? (
          <Liveness live={live} query={query} pipelines={pipelines} />
        ) : (
          <Box color="text-body-secondary">
            Have the result replaced whenever {pipelines} has run.
          </Box>
        )}
      </LiveRegion>
      {live && previous && <PageLink href={`/queries/${previous}`}>The result before</PageLink>}
    </SpaceBetween>
  )
}

function Liveness({
  live,
  query,
  pipelines,
}: {
  live: LiveState
  query: Query
  pipelines: ReactNode
}) {
  const connection = useConnection()
  if (live.status === "refused") {
    return (
      <StatusIndicator type="error">
        <span className="message">Not live: {live.error?.message}</span>
      </StatusIndicator>
    )
  }
  if (connection.status !== "connected") {
    return (
      <StatusIndicator type="warning">
        Not live: {connectionWords(connection).label.toLowerCase()}
      </StatusIndicator>
    )
  }
  if (live.status === "starting") {
    return <StatusIndicator type="in-progress">Not live yet: beginning to watch</StatusIndicator>
  }
  if (live.failed) {
    return (
      <StatusIndicator type="error">
        <span className="message">
          A refresh at {moment(live.failed.submittedAt)} failed: {live.failed.error?.message}
        </span>
      </StatusIndicator>
    )
  }
  return (
    <StatusIndicator type="success">
      <span className="message">
        {query.watch ? (
          <>
            Refreshed at {moment(query.submittedAt)} by {pipelines}
          </>
        ) : (
          <>A new result appears here when {pipelines} has run</>
        )}
      </span>
    </StatusIndicator>
  )
}
