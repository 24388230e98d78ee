/**
 * The grid of a month, a week or a day, by FullCalendar: https://fullcalendar.io/docs
 *
 * It shows what it is given and decides nothing: what is dragged goes back to where it was, and is
 * shown elsewhere once the entries say so. Its style sheets are files, and what it sets on elements are
 * properties, so that the content security policy stays as it is.
 */
import {
  Calendar,
  type CalendarOptions,
  type EventApi,
  type EventChangeInfo,
  type EventInput,
} from "fullcalendar"
import dayGrid from "fullcalendar/daygrid"
import interaction from "fullcalendar/interaction"
import "fullcalendar/skeleton.css"
import classic from "fullcalendar/themes/classic"
import "fullcalendar/themes/classic/palette.css"
import "fullcalendar/themes/classic/theme.css"
import timeGrid from "fullcalendar/timegrid"
import { useEffect, useEffectEvent, useRef } from "react"
import { addDays } from "@/shared/ui/zones"
import "./agenda.css"
import type { Entry } from "./entries"
import type { CalendarEvent } from "./events/event"
import type { Days, View } from "./view"

const TYPES: Record<View, string> = {
  month: "dayGridMonth",
  week: "timeGridWeek",
  day: "timeGridDay",
  list: "dayGridMonth",
}

/** When something is to be: days, both of them in, or moments. */
export type When = { days: Days } | { start: string; end: string }

interface Props {
  entries: readonly Entry[]
  view: View
  day: string
  zone: string
  weekStart: number
  label: string
  onOpen(entry: Entry): void
  onDay(day: string): void
  onSelect(when: When): void
  onMove(event: CalendarEvent, when: When): void
}

export function CalendarGrid(props: Props) {
  const { entries, view, day, zone, weekStart, label } = props
  const place = useRef<HTMLDivElement>(null)
  const calendar = useRef<Calendar>(null)
  const held = useRef<EventInput[] | null>(null) // what came while something was dragged
  const isDragging = useRef(false)

  const open = useEffectEvent((event: EventApi) => {
    const entry = event.extendedProps.entry as Entry | undefined
    if (entry) props.onOpen(entry)
  })
  const move = useEffectEvent((info: EventChangeInfo) => {
    const when = whenOf(info.event)
    const entry = info.event.extendedProps.entry as Entry | undefined
    info.revert()
    if (entry?.event) props.onMove(entry.event, when)
  })
  const select = useEffectEvent((when: When) => props.onSelect(when))
  const goTo = useEffectEvent((date: Date) =>
    props.onDay(calendar.current?.formatIso(date, true) ?? ""),
  )
  const show = useEffectEvent((events: EventInput[]) => {
    if (isDragging.current) held.current = events
    else if (calendar.current) put(calendar.current, events)
  })
  const drag = useEffectEvent((isOn: boolean) => {
    isDragging.current = isOn
    if (isOn || !held.current) return
    show(held.current)
    held.current = null
  })
  const initial = useEffectEvent(
    (): CalendarOptions => ({
      ...OPTIONS,
      plugins: [classic, dayGrid, timeGrid, interaction],
      locale: navigator.language,
      initialView: TYPES[view],
      initialDate: day,
      height: heightOf(view),
      timeZone: zone,
      firstDay: weekStart,
      eventClick: (info) => open(info.event),
      eventDrop: (info) => move(info),
      eventResize: (info) => move(info),
      eventDragStart: () => drag(true),
      eventDragStop: () => drag(false),
      eventResizeStart: () => drag(true),
      eventResizeStop: () => drag(false),
      navLinkDayClick: (date) => goTo(date),
      moreLinkClick: (info) => goTo(info.date),
      select: (info) => {
        select(spanOf(info.allDay, info.startStr, info.endStr))
        calendar.current?.unselect()
      },
    }),
  )

  useEffect(() => {
    if (!place.current) return
    const made = new Calendar(place.current, initial())
    calendar.current = made
    made.render()
    return () => {
      calendar.current = null
      made.destroy()
    }
  }, [])
  useEffect(() => {
    calendar.current?.setOption("height", heightOf(view))
    calendar.current?.changeView(TYPES[view], day)
  }, [view, day])
  useEffect(() => calendar.current?.setOption("timeZone", zone), [zone])
  useEffect(() => calendar.current?.setOption("firstDay", weekStart), [weekStart])
  useEffect(() => show(entries.map(inputOf)), [entries])

  return (
    <section aria-label={label} className="agenda-grid">
      <div ref={place} />
    </section>
  )
}

const OPTIONS: CalendarOptions = {
  headerToolbar: false,
  fixedWeekCount: false,
  nowIndicator: true,
  navLinks: true,
  selectable: true,
  selectMirror: true,
  editable: true,
  eventResizableFromStart: true,
  eventInteractive: true,
  forceEventDuration: true,
  defaultTimedEventDuration: "01:00",
  dayMaxEvents: 5,
  displayEventEnd: false,
  eventDisplay: "block",
  eventMinHeight: 22,
  eventOrder: "order,start,title",
  scrollTime: "07:00",
  slotDuration: "00:30",
  snapDuration: "00:15",
  eventTimeFormat: { hour: "2-digit", minute: "2-digit" },
  eventTitleClass: "agenda-title",
  columnEventTitleClass: "agenda-wrapped",
  moreLinkHint: (count: number) => `${count} more: open the day`,
  navLinkHint: "Open $0",
  dayCellDidMount: ({ el }: { el: HTMLElement }) => nameByContent(el),
  dayHeaderDidMount: ({ el }: { el: HTMLElement }) =>
    nameByContent(el.querySelector("[role=link]")),
  dayLaneDidMount: ({ el }: { el: HTMLElement }) => nameByContent(el),
  eventDidMount: ({ el, event }: { el: HTMLElement; event: EventApi }) => {
    const entry = event.extendedProps.entry as Entry | undefined
    el.title = entry ? [event.title, entry.word].filter(Boolean).join(" · ") : "" // what is cut off
    el.dataset.entry = event.id
    if (event.id && event.id === focusWanted) {
      focusWanted = null
      el.focus()
    }
  },
}

/** A name that lacks what is seen misleads who speaks to the page (WCAG 2.5.3): what is in it is its name. */
function nameByContent(element: Element | null): void {
  element?.removeAttribute("aria-label")
}

/** A month is as high as it needs; the hours of a day scroll within the window. */
function heightOf(view: View): string {
  return view === "month" ? "auto" : "max(30rem, calc(100vh - 15rem))"
}

let focusWanted: string | null = null // the entry that is about to be drawn anew

/** Whatever had the focus has it again: entries are drawn anew when they change. */
function put(calendar: Calendar, events: EventInput[]): void {
  const focused = document.activeElement
  focusWanted = focused instanceof HTMLElement ? (focused.dataset.entry ?? null) : null
  calendar.setOption("events", events)
}

function inputOf(entry: Entry): EventInput {
  const { id, kind, look, title, word, days } = entry
  const times = days
    ? { start: days.first, end: addDays(days.last, 1), allDay: true }
    : { start: entry.start, end: entry.end, allDay: false }
  return {
    id,
    ...times,
    title: kind === "report" || kind === "pipeline" ? `${title} · ${word}` : title,
    className: `agenda-entry agenda-${look}`,
    color: `var(--querycast-agenda-${look})`,
    contrastColor: "var(--querycast-text)",
    editable: kind === "event",
    order: kind === "holiday" ? 0 : 1,
    extendedProps: { entry },
  }
}

function whenOf(event: EventApi): When {
  return spanOf(event.allDay, event.startStr, event.endStr)
}

/** start, end: as FullCalendar has them: days, or moments with their offset; the end is no part of it. */
function spanOf(allDay: boolean, start: string, end: string): When {
  if (!allDay) return { start: new Date(start).toISOString(), end: new Date(end).toISOString() }
  const first = start.slice(0, 10)
  return { days: { first, last: end ? addDays(end.slice(0, 10), -1) : first } }
}
