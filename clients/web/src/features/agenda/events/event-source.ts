/** Where events come from: every calendar of the caller's, by one subscription or by one of each. */
import { type ApiError, Refused } from "@/shared/appsync/errors"
import type { RealtimeClient } from "@/shared/appsync/realtime"
import type { Requester } from "@/shared/appsync/request"
import {
  GET_EVENT,
  LIST_CALENDARS,
  LIST_EVENTS,
  ON_EVENT_CHANGE,
} from "@/shared/graphql/agenda-documents"
import type { Listening, Source } from "@/shared/live/live-list"
import type { CalendarEvent } from "./event"

/** From `start` to before `end`, both moments. */
export interface Range {
  start: string
  end: string
}

export function eventSource(
  api: Requester,
  realtime: RealtimeClient,
): Source<CalendarEvent, Range> {
  return {
    listen: (listening) => listen(api, realtime, listening),
    list: (range, signal) => listEvents(api, range, signal),
    get: async (id) => (await api.request(GET_EVENT, { id })).getEvent ?? null,
    placeOf: (event) => event.calendar,
    isIn: (event, { start, end }) => event.start < end && start < event.end,
  }
}

async function listEvents(api: Requester, range: Range, signal: AbortSignal) {
  const events: CalendarEvent[] = []
  let nextToken: string | null | undefined
  do {
    const page = (await api.request(LIST_EVENTS, { ...range, nextToken }, signal)).listEvents
    events.push(...page.events)
    nextToken = page.nextToken
  } while (nextToken)
  return events
}

/** Of more calendars than one subscription follows, each has its own. */
function listen(
  api: Requester,
  realtime: RealtimeClient,
  listening: Listening<CalendarEvent>,
): () => void {
  let stops = [one(realtime, null, { ...listening, onEnd: ended })]
  let isStopped = false

  function ended(error: ApiError | null): void {
    if (error instanceof Refused && error.type === "TooManyCalendars") void followEach()
    else listening.onEnd(error)
  }

  async function followEach(): Promise<void> {
    try {
      const { listCalendars } = await api.request(LIST_CALENDARS, {})
      if (isStopped) return
      const each = { ...listening, onEnd: endAll }
      stops = listCalendars.map(({ id }) => one(realtime, id, each))
    } catch (error) {
      if (!isStopped) listening.onEnd(error as ApiError)
    }
  }

  function endAll(error: ApiError | null): void {
    if (isStopped) return
    stop()
    listening.onEnd(error)
  }

  function stop(): void {
    isStopped = true
    for (const each of stops.splice(0)) each()
  }
  return stop
}

function one(
  realtime: RealtimeClient,
  calendar: string | null,
  { onStart, onChange, onEnd }: Listening<CalendarEvent>,
): () => void {
  const onData = ({ onEventChange: change }: { onEventChange?: Told | null }) => {
    if (!change) return
    const { id, version } = change
    onChange({ id, version, place: change.calendar, item: change.event ?? null })
  }
  return realtime.subscribe(ON_EVENT_CHANGE, { calendar }, { onStart, onData, onEnd })
}

interface Told {
  calendar: string
  id: string
  version: number
  event?: CalendarEvent | null
}
