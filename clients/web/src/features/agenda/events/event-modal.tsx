/**
 * Making an event, or changing one. Whoever has changed it meanwhile is not overwritten unseen: what
 * they did is shown, and one takes theirs or applies one's own changes to it.
 */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Modal from "@cloudscape-design/components/modal"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { type FormEvent, useState } from "react"
import { Refused } from "@/shared/appsync/errors"
import { useServices } from "@/shared/ui/services"
import { type Calendar, calendarName, type EventList, useSnapshot } from "../use-agenda"
import { createEvent, deleteEvent, isStale, updateEvent } from "./change-event"
import { ChangedMeanwhile } from "./changed-meanwhile"
import {
  type CalendarEvent,
  type Draft,
  differences,
  draftOf,
  fieldOf,
  type Problems,
  problems,
  rebased,
} from "./event"
import { EventForm } from "./event-form"

/** event: as one has seen it; null for a new one. */
export interface Editing {
  id: string
  event: CalendarEvent | null
  draft: Draft
}

export function EventModal({
  editing,
  calendars,
  list,
  onDone,
}: {
  editing: Editing
  calendars: readonly Calendar[]
  list: EventList
  onDone(words: string | null): void
}) {
  const { api } = useServices()
  const [base, setBase] = useState(editing.event)
  const [draft, setDraft] = useState(editing.draft)
  const [isTouched, setTouched] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isDeleting, setDeleting] = useState(false)
  useSnapshot(list)
  const now = base && list.get(base.id)
  const theirs = base && now && now.version > base.version ? now : null
  const hasGone = base !== null && now === null && !isBusy

  const shown: Problems = { ...(isTouched ? problems(draft) : lengths(draft)) }
  if (refusal?.field && refusal.draft === draft) shown[refusal.field] = refusal.message

  /** Ask; what is refused is told, and what has changed meanwhile is read. */
  async function ask(what: () => Promise<string>) {
    setRefusal(null)
    setBusy(true)
    try {
      onDone(await what())
    } catch (error) {
      if (base && isStale(error)) await list.refresh(base.id)
      else setRefusal(refusalOf(error, draft))
    } finally {
      setBusy(false)
      setDeleting(false)
    }
  }

  function save(over: CalendarEvent | null, given: Draft) {
    return ask(async () => {
      const saved = over
        ? await updateEvent(api, over, given)
        : await createEvent(api, editing.id, given)
      list.take(saved)
      return over ? `“${saved.title}” is changed.` : `“${saved.title}” is in the agenda.`
    })
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    setTouched(true)
    if (Object.keys(problems(draft)).length === 0 && !theirs) void save(base, draft)
  }

  function remove(event: CalendarEvent) {
    return ask(async () => {
      list.drop(event, await deleteEvent(api, event))
      return `“${event.title}” is deleted.`
    })
  }

  function takeTheirs(event: CalendarEvent) {
    setBase(event)
    setDraft(draftOf(event))
  }

  /** They are what one changes from now on; what one has changed oneself stays. */
  function applyMine(event: CalendarEvent) {
    const mine = base ? rebased(draftOf(base), draft, draftOf(event)) : draft
    setBase(event)
    setDraft(mine)
    void save(event, mine)
  }

  return (
    <Modal
      visible
      size="medium"
      header={base ? "Event" : "New event"}
      onDismiss={() => onDone(null)}
      footer={
        <Footer
          event={hasGone ? null : base}
          isBusy={isBusy}
          isBlocked={Boolean(theirs) || hasGone}
          isDeleting={isDeleting}
          onDelete={() => (isDeleting && base ? void remove(base) : setDeleting(true))}
          onKeep={() => setDeleting(false)}
          onCancel={() => onDone(null)}
        />
      }
    >
      <form id="event" onSubmit={submit} noValidate>
        <SpaceBetween size="m">
          {hasGone && (
            <Told type="warning" header="It was deleted meanwhile">
              Somebody has deleted this event. What you typed is still here, to copy.
            </Told>
          )}
          {base && theirs && !hasGone && (
            <ChangedMeanwhile
              found={differences(base, theirs, calendarName)}
              isBusy={isBusy}
              onTheirs={() => takeTheirs(theirs)}
              onMine={() => applyMine(theirs)}
            />
          )}
          {refusal && !refusal.field && (
            <Told type="error" header="It was not saved">
              {refusal.message}
            </Told>
          )}
          <EventForm
            draft={draft}
            problems={shown}
            calendars={calendars}
            onChange={(changed) => setDraft({ ...draft, ...changed })}
          />
        </SpaceBetween>
      </form>
    </Modal>
  )
}

/** While one types: what is too long, and not what is not there yet. */
function lengths(draft: Draft): Problems {
  const { title, ...rest } = problems(draft)
  return draft.title.trim() ? { ...rest, title } : rest
}

interface Refusal {
  field: ReturnType<typeof fieldOf>
  message: string
  draft: Draft
}

function refusalOf(error: unknown, draft: Draft): Refusal {
  const message = error instanceof Error ? error.message : String(error)
  const field = error instanceof Refused ? fieldOf(error.type, message) : null
  return { field, message, draft }
}

function Told({
  type,
  header,
  children,
}: {
  type: "warning" | "error"
  header: string
  children: React.ReactNode
}) {
  return (
    <div role="alert">
      <Alert type={type} header={header}>
        {children}
      </Alert>
    </div>
  )
}

function Footer({
  event,
  isBusy,
  isBlocked,
  isDeleting,
  onDelete,
  onKeep,
  onCancel,
}: {
  event: CalendarEvent | null
  isBusy: boolean
  isBlocked: boolean
  isDeleting: boolean
  onDelete(): void
  onKeep(): void
  onCancel(): void
}) {
  if (isDeleting && event) {
    return (
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Box>Delete “{event.title}” for good?</Box>
        <Button variant="link" onClick={onKeep}>
          Keep it
        </Button>
        <Button variant="primary" loading={isBusy} onClick={onDelete}>
          Delete it
        </Button>
      </SpaceBetween>
    )
  }
  return (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        {event && (
          <Button disabled={isBusy} onClick={onDelete}>
            Delete
          </Button>
        )}
        <Button variant="link" onClick={onCancel}>
          Cancel
        </Button>
        <Button variant="primary" form="event" loading={isBusy} disabled={isBlocked}>
          {event ? "Save" : "Create"}
        </Button>
      </SpaceBetween>
    </Box>
  )
}
