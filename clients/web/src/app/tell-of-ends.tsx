/** Notices of queries' ends, by their reports' titles, where one has switched them on. */
import { useEffect, useEffectEvent, useMemo } from "react"
import { useNavigate } from "react-router"
import {
  browserPlatform,
  EndNotices,
  tellWhetherLookedAt,
} from "@/features/queries/notices/end-notices"
import { useNoticeSetting } from "@/features/queries/notices/notice-setting"
import type { Query } from "@/features/queries/query"
import { useQueryFeed } from "@/features/queries/use-feed"
import { useReports } from "@/features/reports/use-reports"

export function TellOfEnds() {
  const [setting] = useNoticeSetting()
  return setting === "on" && <Telling />
}

function Telling() {
  const feed = useQueryFeed()
  const navigate = useNavigate()
  const { data: reports } = useReports()
  const notices = useMemo(() => new EndNotices(browserPlatform), [])
  const take = useEffectEvent((query: Query) => {
    const title = reports?.find(({ name }) => name === query.report)?.title ?? query.report
    void notices.take(query, title ?? "Query", () => void navigate(`/queries/${query.id}`))
  })
  useEffect(() => feed.onChange(take), [feed])
  useEffect(tellWhetherLookedAt, [])
  return null
}
