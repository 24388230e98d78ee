/** Live results for components: there while the component is, and while it is wanted. */
import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from "react"
import { useServices } from "@/shared/ui/services"
import type { QueryWithResult } from "../query"
import { useQueryFeed } from "../use-feed"
import { LiveReport, type LiveState } from "./live-report"

/** null: it is not wanted. query: what is shown, of which the report and its parameters are watched. */
export function useLiveReport(query: QueryWithResult, isWanted: boolean): LiveState | null {
  const { api, realtime } = useServices()
  const feed = useQueryFeed()
  const target = JSON.stringify({
    report: query.report,
    parameters: query.parameters.map(({ name, value }) => ({ name, value })),
  })
  const live = useMemo(
    () => new LiveReport(api, realtime, feed, JSON.parse(target)),
    [api, realtime, feed, target],
  )
  const start = useEffectEvent(() => live.start(query))
  // biome-ignore lint/correctness/useExhaustiveDependencies: another report is another watch
  useEffect(() => (isWanted ? start() : undefined), [live, isWanted])
  const state = useSyncExternalStore(live.onState, () => live.state)
  return isWanted ? state : null
}
