/**
 * The pipelines that one may see, and their runs as they happen.
 *
 * What is pushed goes into what was read. It is read again whenever a subscription stands, for runs
 * may have begun or ended before it did, on a slow timer, for AppSync can lose an event even on a
 * good connection, and when a run has ended, for then the schedule has another next time.
 */
import {
  type InfiniteData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query"
import { useEffect, useEffectEvent } from "react"
import { keepSubscribed } from "@/shared/appsync/keep-subscribed"
import { LIST_QUERIES } from "@/shared/graphql/documents"
import type { ListQueriesQuery } from "@/shared/graphql/generated/graphql"
import { LIST_PIPELINES, ON_PIPELINE_RUN } from "@/shared/graphql/pipeline-documents"
import { useServices } from "@/shared/ui/services"
import { isOver, newest, type Pipeline, type Run, withRun } from "./pipeline"

const REREAD_MS = 60_000
const PAGE = 25

type Runs = InfiniteData<ListQueriesQuery["listQueries"], string | null>

/** isLive: read again and again, for as long as the component is there. */
export function usePipelines({ isLive = false, enabled = true } = {}) {
  const { api } = useServices()
  return useQuery({
    queryKey: ["pipelines"],
    queryFn: async ({ signal }) => (await api.request(LIST_PIPELINES, {}, signal)).listPipelines,
    structuralSharing: (before, read) => pipelinesAfter(before, read),
    staleTime: isLive ? 0 : REREAD_MS,
    refetchInterval: isLive && REREAD_MS,
    enabled,
  })
}

/** One of them; undefined while it is not known, null where there is none of that name. */
export function usePipeline(name: string | null | undefined, options?: { isLive?: boolean }) {
  const pipelines = usePipelines({ ...options, enabled: name != null })
  const pipeline = pipelines.data && (pipelines.data.find((each) => each.name === name) ?? null)
  return { ...pipelines, pipeline }
}

/** All runs of a pipeline, the newest first, page by page. */
export function useRuns(pipeline: string) {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: ["runs", pipeline],
    queryFn: async ({ pageParam, signal }) => {
      const variables = { filter: { pipeline }, limit: PAGE, nextToken: pageParam }
      return (await api.request(LIST_QUERIES, variables, signal)).listQueries
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextToken ?? null,
    structuralSharing: (before, read) => runsAfter(before as Runs | undefined, read as Runs),
    refetchInterval: REREAD_MS,
  })
}

/** Hear of every run of these, for as long as the component is there. */
export function useRunPushes(names: readonly string[], onRun: (run: Run) => void): void {
  const { realtime } = useServices()
  const cache = useQueryClient()
  const readAgain = useEffectEvent(() => {
    void cache.invalidateQueries({ queryKey: ["pipelines"] }, { cancelRefetch: false })
    for (const name of names) void cache.invalidateQueries({ queryKey: ["runs", name] })
  })
  const hear = useEffectEvent((run: Run) => {
    putRun(cache, run)
    onRun(run)
    if (isOver(run)) void cache.invalidateQueries({ queryKey: ["pipelines"] })
  })
  const together = names.join(" ")
  useEffect(() => {
    const ends = together.split(" ").flatMap((name) =>
      name
        ? keepSubscribed(
            realtime,
            ON_PIPELINE_RUN,
            { name },
            {
              onStart: () => readAgain(),
              onData: ({ onPipelineRun }) => {
                if (onPipelineRun) hear(onPipelineRun)
              },
              onEnd: () => readAgain(),
            },
          )
        : [],
    )
    return () => {
      for (const end of ends) end()
    }
  }, [realtime, together])
}

/** What is known of a run, told to all that shows it. */
export function putRun(cache: QueryClient, run: Run): void {
  cache.setQueryData<Pipeline[]>(["pipelines"], (pipelines) =>
    pipelines?.map((each) =>
      each.name === run.pipeline ? { ...each, runs: withRun(each.runs ?? [], run) } : each,
    ),
  )
  cache.setQueryData<Runs>(["runs", run.pipeline], (runs) => {
    const [first, ...others] = runs?.pages ?? []
    if (!runs || !first) return runs
    const isOlder = others.some((page) => page.queries.some(({ id }) => id === run.id))
    const update = (page: typeof first) =>
      isOlder && !page.queries.some(({ id }) => id === run.id)
        ? page
        : { ...page, queries: withRun(page.queries, run) }
    return {
      ...runs,
      pages: isOlder ? [first, ...others].map(update) : [update(first), ...others],
    }
  })
}

function pipelinesAfter(before: unknown, read: unknown): Pipeline[] {
  const known = new Map((before as Pipeline[] | undefined)?.map((each) => [each.name, each]))
  return (read as Pipeline[]).map((each) => ({
    ...each,
    runs: newest(each.runs ?? [], known.get(each.name)?.runs ?? []),
  }))
}

function runsAfter(before: Runs | undefined, read: Runs): Runs {
  const known = before?.pages.flatMap((page) => page.queries) ?? []
  const pages = read.pages.map((page, index) => ({
    ...page,
    queries:
      index === 0
        ? newest(page.queries, known)
        : newest(page.queries, known).filter(({ id }) => page.queries.some((run) => run.id === id)),
  }))
  return { ...read, pages }
}
