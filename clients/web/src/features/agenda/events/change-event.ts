/** Making, changing and deleting events: once, though no answer may come and it is asked again. */
import { askAgain } from "@/shared/appsync/ask-again"
import { Refused } from "@/shared/appsync/errors"
import type { Requester } from "@/shared/appsync/request"
import {
  CREATE_EVENT,
  DELETE_EVENT,
  GET_EVENT,
  UPDATE_EVENT,
} from "@/shared/graphql/agenda-documents"
import { type CalendarEvent, type Draft, draftOf, inputOf, isSame } from "./event"

/** id: of our own choice; the same id with the same draft is the same event. */
export function createEvent(api: Requester, id: string, draft: Draft): Promise<CalendarEvent> {
  const input = { id, ...inputOf(draft) }
  return askAgain(async () => (await api.request(CREATE_EVENT, { input })).createEvent)
}

/**
 * @throws Refused: StaleVersion, where somebody has changed it since.
 */
export async function updateEvent(
  api: Requester,
  event: CalendarEvent,
  draft: Draft,
): Promise<CalendarEvent> {
  const input = { id: event.id, version: event.version, ...inputOf(draft, event) }
  try {
    return await askAgain(async () => (await api.request(UPDATE_EVENT, { input })).updateEvent)
  } catch (error) {
    if (!isStale(error)) throw error
    const now = (await api.request(GET_EVENT, { id: event.id })).getEvent
    if (now && isSame(draftOf(now), draft)) return now // it was this very change, without an answer
    throw error
  }
}

/**
 * The version in which it is gone.
 * @throws Refused: StaleVersion, where somebody has changed it since.
 */
export async function deleteEvent(api: Requester, event: CalendarEvent): Promise<number> {
  const { id, version } = event
  try {
    return await askAgain(
      async () => (await api.request(DELETE_EVENT, { id, version })).deleteEvent.version,
    )
  } catch (error) {
    if (error instanceof Refused && error.type === "EventNotFound") return version + 1
    throw error
  }
}

export function isStale(error: unknown): boolean {
  return error instanceof Refused && error.type === "StaleVersion"
}
