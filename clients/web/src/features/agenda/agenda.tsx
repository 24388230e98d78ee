/** The agenda: events of one's calendars, what ran and is to run, and public holidays, live. */
import Alert from "@cloudscape-design/components/alert"
import Button from "@cloudscape-design/components/button"
import ContentLayout from "@cloudscape-design/components/content-layout"
import Flashbar from "@cloudscape-design/components/flashbar"
import Header from "@cloudscape-design/components/header"
import LiveRegion from "@cloudscape-design/components/live-region"
import SpaceBetween from "@cloudscape-design/components/space-between"
import Spinner from "@cloudscape-design/components/spinner"
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react"
import { useFollow } from "@/shared/ui/links"
import { loadAgain } from "@/shared/ui/load-again"
import { Problem } from "@/shared/ui/problem"
import { useServices } from "@/shared/ui/services"
import { addDays, momentOf, wallTime } from "@/shared/ui/zones"
import { AgendaBar } from "./agenda-bar"
import { AgendaList } from "./agenda-list"
import type { When } from "./calendar-grid"
import { type Entry, ofEvents, ofHolidays, ofOccurrences, type Run } from "./entries"
import { isStale, updateEvent } from "./events/change-event"
import { type CalendarEvent, type Draft, draftOf, wanted } from "./events/event"
import { type Editing, EventModal } from "./events/event-modal"
import { HolidaysModal } from "./holidays-modal"
import { OccurrenceModal } from "./occurrence-modal"
import { usePreferences } from "./preferences"
import { useSchedules } from "./schedules/use-schedules"
import { ShownChoice } from "./shown-choice"
import {
  calendarName,
  useCalendars,
  useEvents,
  useHolidays,
  useOccurrences,
  usePipelineTitles,
  useSnapshot,
} from "./use-agenda"
import { usePlace } from "./use-place"
import { type Days, daysOf, rangeOf, titleOf, widened } from "./view"

const CalendarGrid = lazy(() =>
  loadAgain(async () => ({ default: (await import("./calendar-grid")).CalendarGrid })),
)

/**
 * titles: of reports, by name. statusWord, statusBadge: how a run is.
 * onRun: calls back at every change of a run of the caller's; the answer ends that.
 */
export interface AgendaProps {
  titles: ReadonlyMap<string, string>
  statusWord(run: Run): string
  statusBadge(run: Run): ReactNode
  onRun(listener: (run: Run) => void): () => void
}

export function Agenda({ titles, statusWord, statusBadge, onRun }: AgendaProps) {
  const { api } = useServices()
  const follow = useFollow()
  const [place, go] = usePlace()
  const { view, day, zone, today, weekStart } = place
  const [preferences, prefer] = usePreferences()
  const { hiddenKinds, hiddenCalendars, country, subdivision } = preferences
  const days = useMemo(() => daysOf(view, day, weekStart), [view, day, weekStart])
  const range = useMemo(() => rangeOf(view, days, zone), [view, days, zone])
  const calendars = useCalendars()
  const pipelines = usePipelineTitles()
  const list = useEvents(useMemo(() => widened(range), [range]))
  const { items, isRead, error } = useSnapshot(list)
  const { items: schedules } = useSchedules(onRun)
  const runs = useOccurrences(range, schedules, onRun)
  const years = useMemo(
    () => [...new Set([range.start, range.end].map((moment) => Number(moment.slice(0, 4))))],
    [range],
  )
  const { holidays, error: holidaysError } = useHolidays(country, subdivision, years)
  const [editing, setEditing] = useState<Editing | null>(null)
  const [opened, setOpened] = useState<Entry | null>(null)
  const [isChoosing, setChoosing] = useState(false)
  const [news, setNews] = useState<News | null>(null)

  const { occurrences } = runs
  const entries = useMemo(
    () =>
      [
        ...ofEvents(
          items.filter(({ calendar }) => !hiddenCalendars.includes(calendar)),
          zone,
          calendarName,
        ),
        ...ofOccurrences(occurrences, statusWord, new Map([...pipelines, ...titles])),
        ...ofHolidays(holidays),
      ].filter(({ kind }) => !hiddenKinds.includes(kind)),
    [
      items,
      occurrences,
      holidays,
      hiddenKinds,
      hiddenCalendars,
      zone,
      statusWord,
      titles,
      pipelines,
    ],
  )

  const shown = opened && (entries.find(({ id }) => id === opened.id) ?? opened)

  function create(when: When) {
    const calendar = calendars.find(({ id }) => !hiddenCalendars.includes(id)) ?? calendars[0]
    const texts = { title: "", calendar: calendar?.id ?? "", location: "", notes: "" }
    const draft = { ...texts, ...draftWhen(when, zone), timezone: zone }
    setEditing({ id: crypto.randomUUID(), event: null, draft })
  }

  function open(entry: Entry) {
    const { event } = entry
    if (event) setEditing({ id: event.id, event, draft: draftOf(event) })
    else setOpened(entry)
  }

  /** It stands where it was dragged to while it is asked for; where it is refused, it is where it was. */
  async function move(event: CalendarEvent, when: When) {
    const draft = { ...draftOf(event), ...draftWhen(when, event.timezone) }
    setNews(null)
    try {
      const moved = wanted(draft, event)
      list.take(await list.trying(event.id, moved, () => updateEvent(api, event, draft)))
    } catch (refused) {
      const message = refused instanceof Error ? refused.message : String(refused)
      const now = isStale(refused) && (await list.refresh(event.id).catch(() => null))
      if (now) setEditing({ id: event.id, event, draft })
      else setNews({ type: "error", text: `“${event.title}” was not moved. ${message}` })
    }
  }

  function done(words: string | null) {
    setEditing(null)
    if (words) setNews({ type: "success", text: words })
  }

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button href="/agenda/schedules" onFollow={follow}>
                Schedules
              </Button>
              <ShownChoice
                preferences={preferences}
                calendars={calendars}
                onChange={prefer}
                onHolidays={() => setChoosing(true)}
              />
              <Button
                variant="primary"
                iconName="add-plus"
                disabled={calendars.length === 0}
                onClick={() =>
                  create(suggested(isIn(today, days) ? today : days.first, today, zone))
                }
              >
                New event
              </Button>
            </SpaceBetween>
          }
        >
          Agenda
        </Header>
      }
    >
      <SpaceBetween size="m">
        {news && <Told news={news} onDismiss={() => setNews(null)} />}
        <AgendaBar
          place={place}
          title={titleOf(view, days)}
          isReading={(!isRead && !error) || runs.isPending}
          onGo={go}
        />
        {error && (
          <Problem
            title={isRead ? "Events may be old" : "Events cannot be read"}
            error={error}
            onRetry={() => void list.read()}
          />
        )}
        {runs.error && (
          <Problem title="Runs cannot be read" error={runs.error} onRetry={runs.refetch} />
        )}
        {holidaysError && <Alert type="warning">{holidaysError.message}</Alert>}
        {view === "list" ? (
          <AgendaList entries={entries} days={days} today={today} zone={zone} onOpen={open} />
        ) : (
          <Suspense fallback={<Spinner size="large" />}>
            <CalendarGrid
              entries={entries}
              view={view}
              day={day}
              zone={zone}
              weekStart={weekStart}
              label={`Agenda, ${titleOf(view, days)}, times of ${zone}`}
              onOpen={open}
              onDay={(chosen) => go({ view: "day", day: chosen })}
              onSelect={create}
              onMove={(event, when) => void move(event, when)}
            />
          </Suspense>
        )}
      </SpaceBetween>
      {editing && (
        <EventModal
          key={editing.id}
          editing={editing}
          calendars={calendars}
          list={list}
          onDone={done}
        />
      )}
      {shown?.occurrence && (
        <OccurrenceModal
          entry={shown}
          occurrence={shown.occurrence}
          zone={zone}
          status={shown.occurrence.query && statusBadge(shown.occurrence.query)}
          onClose={() => setOpened(null)}
        />
      )}
      {isChoosing && (
        <HolidaysModal
          country={country}
          subdivision={subdivision}
          onChoose={(chosen, part) => {
            prefer({
              country: chosen,
              subdivision: part,
              hiddenKinds: hiddenKinds.filter((kind) => kind !== "holiday"),
            })
            setChoosing(false)
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </ContentLayout>
  )
}

interface News {
  type: "success" | "error"
  text: string
}

/** What went well is seen in the agenda; it is said to who does not see it. */
function Told({ news, onDismiss }: { news: News; onDismiss(): void }) {
  const { type, text } = news
  if (type === "success") return <LiveRegion hidden>{text}</LiveRegion>
  return (
    <Flashbar
      items={[{ id: text, type, content: text, dismissible: true, onDismiss, ariaRole: "status" }]}
    />
  )
}

function draftWhen(when: When, zone: string): WhenOfDraft {
  if ("days" in when) {
    const { first, last } = when.days
    return { allDay: true, startDay: first, endDay: last, startTime: "09:00", endTime: "10:00" }
  }
  const [startDay = "", startTime = ""] = wallTime(when.start, zone).split("T")
  const [endDay = "", endTime = ""] = wallTime(when.end, zone).split("T")
  return { allDay: false, startDay, startTime, endDay, endTime }
}

type WhenOfDraft = Pick<Draft, "allDay" | "startDay" | "startTime" | "endDay" | "endTime">

function isIn(day: string, { first, last }: Days): boolean {
  return first <= day && day <= last
}

/** The next full hour of today, or nine o'clock of another day. */
function suggested(day: string, today: string, zone: string): When {
  const hour = Number(wallTime(new Date().toISOString(), zone).slice(11, 13)) + 1
  const start = day !== today ? `${day}T09:00` : hourOf(day, hour)
  const moment = momentOf(start, zone) ?? `${day}T12:00:00.000Z`
  return { start: moment, end: new Date(Date.parse(moment) + 3_600_000).toISOString() }
}

function hourOf(day: string, hour: number): string {
  return hour < 24 ? `${day}T${String(hour).padStart(2, "0")}:00` : `${addDays(day, 1)}T00:00`
}
