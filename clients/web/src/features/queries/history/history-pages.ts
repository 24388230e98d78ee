/** Pages of the history that are never older than what was told of their queries. */
import type { InfiniteData } from "@tanstack/react-query"
import type { ListQueriesQuery } from "@/shared/graphql/generated/graphql"
import { merged, type Query } from "../query"

export type Pages = InfiniteData<ListQueriesQuery["listQueries"], string | null>

/** The pages, with this query as it is now where they have it. */
export function withPushed(pages: Pages, pushed: Query): Pages {
  return mapped(pages, (query) => (query.id === pushed.id ? merged(query, pushed) : query))
}

/** What was read, for a list follows a write by some milliseconds: newer is what is known already. */
export function pagesAfter(before: Pages | undefined, read: Pages): Pages {
  const known = new Map(
    before?.pages.flatMap(({ queries }) => queries.map((query) => [query.id, query] as const)),
  )
  return mapped(read, (query) => merged(known.get(query.id) ?? null, query))
}

function mapped(pages: Pages, change: (query: Query) => Query): Pages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, queries: page.queries.map(change) })),
  }
}
