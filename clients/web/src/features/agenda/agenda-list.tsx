/** The agenda as a list by day: what the grid shows, for phones, for the keyboard, and to be read out. */
import Box from "@cloudscape-design/components/box"
import "./agenda.css"
import { byDay, type Entry, timeWords } from "./entries"
import { type Days, dayWords, titleOf } from "./view"

export function AgendaList({
  entries,
  days,
  today,
  zone,
  onOpen,
}: {
  entries: readonly Entry[]
  days: Days
  today: string
  zone: string
  onOpen(entry: Entry): void
}) {
  const found = byDay(entries, days, zone)
  if (found.length === 0) {
    return (
      <Box textAlign="center" color="text-body-secondary" padding="xxl">
        Nothing in {titleOf("list", days)}.
      </Box>
    )
  }
  return (
    <div className="agenda-list">
      {found.map(([day, all]) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h3 id={`day-${day}`} aria-current={day === today ? "date" : undefined}>
            {dayWords(day)}
            {day === today && " – today"}
          </h3>
          <ul>
            {all.map((entry) => (
              <li key={entry.id}>
                <Line entry={entry} time={timeWords(entry, day, zone)} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Line({ entry, time, onOpen }: { entry: Entry; time: string; onOpen(entry: Entry): void }) {
  const parts = (
    <>
      <span className="agenda-time">{time}</span>
      <span className={`agenda-what agenda-${entry.look}`}>
        <span className="agenda-title">{entry.title}</span>
        <span className="agenda-word">{entry.word}</span>
      </span>
    </>
  )
  if (entry.kind === "holiday") return <div className="agenda-line">{parts}</div>
  return (
    <button
      type="button"
      className="agenda-line"
      data-entry={entry.id}
      onClick={() => onOpen(entry)}
    >
      {parts}
    </button>
  )
}
