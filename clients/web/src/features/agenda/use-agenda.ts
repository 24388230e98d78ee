/** What there is to show, live: events, calendars, runs and holidays. */
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react"
import {
  LIST_CALENDARS,
  LIST_HOLIDAYS,
  LIST_OCCURRENCES,
  PIPELINE_TITLES,
} from "@/shared/graphql/agenda-documents"
import { LiveList } from "@/shared/live/live-list"
import { useConnection, useServices } from "@/shared/ui/services"
import { type Holiday, type Occurrence, type Run, withPushed } from "./entries"
import type { CalendarEvent } from "./events/event"
import { eventSource, type Range } from "./events/event-source"
import type { Schedule } from "./schedules/schedule"

const REREAD_MS = 60_000
const TOGETHER_MS = 250 // within which several changes are read of once

export type EventList = LiveList<CalendarEvent, Range>

/** The events of a time, for as long as the component is there. */
export function useEvents(range: Range): EventList {
  const { api, realtime } = useServices()
  const list = useMemo(() => new LiveList(eventSource(api, realtime)), [api, realtime])
  useEffect(() => list.start(), [list])
  const { start, end } = range
  useEffect(() => list.show({ start, end }), [list, start, end])
  return list
}

export function useSnapshot(list: EventList) {
  return useSyncExternalStore(list.onSnapshot, () => list.snapshot)
}

export interface Calendar {
  id: string
  group?: string | null
}

export function useCalendars() {
  const { api } = useServices()
  const { data } = useQuery({
    queryKey: ["calendars"],
    queryFn: async ({ signal }) => (await api.request(LIST_CALENDARS, {}, signal)).listCalendars,
    staleTime: REREAD_MS,
  })
  return useMemo(() => data ?? [], [data])
}

/** By name. */
export function usePipelineTitles(): ReadonlyMap<string, string> {
  const { api } = useServices()
  const { data } = useQuery({
    queryKey: ["pipeline-titles"],
    queryFn: async ({ signal }) => (await api.request(PIPELINE_TITLES, {}, signal)).listPipelines,
    staleTime: REREAD_MS,
  })
  return useMemo(() => new Map(data?.map(({ name, title }) => [name, title])), [data])
}

/** `Private`, or the group's name. */
export function calendarName(id: string): string {
  return id.startsWith("group:") ? id.slice("group:".length) : "Private"
}

/**
 * schedules: the caller's, by which what is planned changes.
 * onRun: calls back at every change of a run of the caller's; the answer ends that.
 */
export function useOccurrences(
  range: Range,
  schedules: readonly Schedule[],
  onRun: (listener: (run: Run) => void) => () => void,
) {
  const { api } = useServices()
  const cache = useQueryClient()
  const connection = useConnection()
  const [pushed, setPushed] = useState<ReadonlyMap<string, Run>>(new Map())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const answer = useQuery({
    queryKey: ["occurrences", range.start, range.end],
    queryFn: async ({ signal }) =>
      (await api.request(LIST_OCCURRENCES, { ...range }, signal)).listOccurrences,
    refetchInterval: REREAD_MS,
    staleTime: 0,
  })
  useEffect(() => {
    const stop = onRun((run) => {
      setPushed((before) => withRun(before, run))
      clearTimeout(timer.current)
      timer.current = setTimeout(
        () => void cache.invalidateQueries({ queryKey: ["occurrences"] }),
        TOGETHER_MS,
      )
    })
    return () => {
      clearTimeout(timer.current)
      stop()
    }
  }, [onRun, cache])
  const planned = schedules.map(({ id, version }) => `${id} ${version}`).join()
  const isConnected = connection.status === "connected"
  useEffect(() => {
    if (isConnected || planned) void cache.invalidateQueries({ queryKey: ["occurrences"] })
  }, [isConnected, planned, cache])
  const occurrences = useMemo<Occurrence[]>(
    () => withPushed(answer.data ?? [], pushed),
    [answer.data, pushed],
  )
  return { ...answer, occurrences }
}

function withRun(before: ReadonlyMap<string, Run>, run: Run): ReadonlyMap<string, Run> {
  const known = before.get(run.id)
  return known && known.version >= run.version ? before : new Map(before).set(run.id, run)
}

/** The holidays of some years; none where no country is chosen. */
export function useHolidays(country: string, subdivision: string, years: readonly number[]) {
  const { api } = useServices()
  return useQueries({
    queries: (country ? years : []).map((year) => ({
      queryKey: ["holidays", country, subdivision, year],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const variables = { country, year, subdivision: subdivision || null }
        return (await api.request(LIST_HOLIDAYS, variables, signal)).listHolidays
      },
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine: together,
  })
}

function together(answers: { data?: Holiday[]; error: Error | null }[]) {
  return {
    holidays: answers.flatMap(({ data }) => data ?? []),
    error: answers.find(({ error }) => error)?.error ?? null,
  }
}
