/** The caller's schedules, live. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query"
import { useEffect, useMemo, useSyncExternalStore } from "react"
import type { RealtimeClient } from "@/shared/appsync/realtime"
import type { Requester } from "@/shared/appsync/request"
import { GET_SCHEDULE, LIST_SCHEDULES, ON_SCHEDULE_CHANGE } from "@/shared/graphql/agenda-documents"
import { LiveList, type Source } from "@/shared/live/live-list"
import { useServices } from "@/shared/ui/services"
import type { Run } from "../entries"
import type { Schedule } from "./schedule"

const AFTER_RUN_MS = 500 // when its next time is known

export type ScheduleList = LiveList<Schedule, "all">

/** onRun: calls back at every change of a run of the caller's; the answer ends that. */
export function useSchedules(onRun?: (listener: (run: Run) => void) => () => void) {
  const { api, realtime } = useServices()
  const cache = useQueryClient()
  const list = useMemo(() => listOf(cache, api, realtime), [cache, api, realtime])
  useEffect(() => {
    list.show("all")
    return list.start()
  }, [list])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const stop = onRun?.(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void list.read(), AFTER_RUN_MS)
    })
    return () => {
      clearTimeout(timer)
      stop?.()
    }
  }, [list, onRun])
  const snapshot = useSyncExternalStore(list.onSnapshot, () => list.snapshot)
  return { list, ...snapshot }
}

/**
 * One list for all pages, so that each knows what another has just made: a reading follows a write by some
 * milliseconds. Every person has a cache of their own, and with it a list.
 */
const LISTS = new WeakMap<QueryClient, ScheduleList>()

function listOf(cache: QueryClient, api: Requester, realtime: RealtimeClient): ScheduleList {
  let list = LISTS.get(cache)
  if (!list) {
    list = new LiveList(scheduleSource(api, realtime))
    LISTS.set(cache, list)
  }
  return list
}

function scheduleSource(api: Requester, realtime: RealtimeClient): Source<Schedule, "all"> {
  return {
    listen: ({ onStart, onChange, onEnd }) =>
      realtime.subscribe(
        ON_SCHEDULE_CHANGE,
        {},
        {
          onStart,
          onEnd,
          onData: ({ onScheduleChange: change }) => {
            if (!change) return
            const { id, version, schedule } = change
            onChange({ id, version, place: "", item: schedule ?? null })
          },
        },
      ),
    list: async (_, signal) => (await api.request(LIST_SCHEDULES, {}, signal)).listSchedules,
    get: async (id) => (await api.request(GET_SCHEDULE, { id })).getSchedule ?? null,
    placeOf: () => "",
    isIn: () => true,
  }
}
