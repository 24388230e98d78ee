/** Whether a result is live is in the address: `?_live=1` is there after a reload, and can be shared. */
import { useEffect, useState } from "react"
import { useNavigate, useSearchParams } from "react-router"
import type { LiveState } from "@/features/queries/live/live-report"
import { useLiveReport } from "@/features/queries/live/use-live-report"
import type { QueryWithResult } from "@/features/queries/query"
import { LIVE } from "@/shared/ui/address"

export function useLiveSwitch(): [boolean, (isLive: boolean) => void] {
  const [search, setSearch] = useSearchParams()
  const isLive = search.get(LIVE) === "1"
  const change = (wanted: boolean) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (wanted) after.set(LIVE, "1")
        else after.delete(LIVE)
        return after
      },
      { replace: true },
    )
  return [isLive, change]
}

/** The page goes on to each new result; `previous` is the id of the one before. */
export function useLiveResult(
  query: QueryWithResult,
  isLive: boolean,
): { live: LiveState | null; previous: string | null } {
  const live = useLiveReport(query, isLive)
  const navigate = useNavigate()
  const [previous, setPrevious] = useState<string | null>(null)
  const next = live?.latest?.id
  const isNewer =
    live?.latest && Date.parse(live.latest.submittedAt) > Date.parse(query.submittedAt)
  useEffect(() => {
    if (!next || !isNewer) return
    setPrevious(query.id)
    void navigate(`/queries/${next}?${LIVE}=1`, { replace: true })
  }, [next, isNewer, query.id, navigate])
  return { live, previous }
}
