/** The feed of whoever is signed in, for components. */
import { useQueryClient } from "@tanstack/react-query"
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from "react"
import { useServices } from "@/shared/ui/services"
import { type Entry, QueryFeed } from "./feed"

const FeedContext = createContext<QueryFeed | null>(null)

export function QueryFeedProvider({ children }: { children: ReactNode }) {
  const { api, realtime } = useServices()
  const cache = useQueryClient()
  const feed = useMemo(() => new QueryFeed(api, realtime), [api, realtime])
  useEffect(() => feed.start(), [feed])
  useEffect(
    () => feed.onChange(() => void cache.invalidateQueries({ queryKey: ["history"] })),
    [feed, cache],
  )
  return <FeedContext value={feed}>{children}</FeedContext>
}

export function useQueryFeed(): QueryFeed {
  const feed = useContext(FeedContext)
  if (!feed) throw new Error("useQueryFeed needs a QueryFeedProvider above it.")
  return feed
}

/** What is known of a query, for as long as the component is there. */
export function useEntry(id: string): Entry {
  const feed = useQueryFeed()
  const follow = useCallback((listener: () => void) => feed.follow(id, listener), [feed, id])
  return useSyncExternalStore(follow, () => feed.entry(id))
}
