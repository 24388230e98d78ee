/** When a pipeline runs by itself: in words, as it is declared, and when that is next. */
import Box from "@cloudscape-design/components/box"
import StatusIndicator from "@cloudscape-design/components/status-indicator"
import { scheduleWords } from "@/shared/ui/schedule-words"
import { moment } from "@/shared/ui/time"
import { type Pipeline, pausedWords } from "./pipeline"

export function Schedule({ pipeline }: { pipeline: Pipeline }) {
  const { schedule, timezone } = pipeline
  if (!schedule) return <>When somebody asks</>
  const words = scheduleWords(schedule)
  return (
    <>
      <div>{words}</div>
      <Box color="text-body-secondary" fontSize="body-s">
        {words === schedule ? timezone : `${schedule}, ${timezone}`}
      </Box>
    </>
  )
}

export function NextRun({ pipeline, myId }: { pipeline: Pipeline; myId: string }) {
  const { schedule, enabled, nextRunAt } = pipeline
  if (!schedule) return <>–</>
  if (!enabled)
    return <StatusIndicator type="stopped">The schedule is switched off</StatusIndicator>
  const paused = pausedWords(pipeline, myId)
  if (paused) return <StatusIndicator type="stopped">{paused}</StatusIndicator>
  if (nextRunAt) return <>{moment(nextRunAt)}</>
  return <>{schedule.startsWith("rate(") ? "Known once it has run" : "Not known"}</>
}
