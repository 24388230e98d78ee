/** What one may have a pipeline do. */
import Button from "@cloudscape-design/components/button"
import SpaceBetween from "@cloudscape-design/components/space-between"
import type { Pipeline, Run } from "./pipeline"
import type { Change } from "./use-change"

export function PipelineActions({
  pipeline,
  change,
  isInline = false,
  onStarted,
}: {
  pipeline: Pipeline
  change: Change
  isInline?: boolean
  onStarted?(run: Run): void
}) {
  const { name, title, pausedAt, schedule, enabled } = pipeline
  const variant = isInline ? "inline-link" : "normal"
  const run = async () => {
    const started = await change.run(pipeline)
    if (started) onStarted?.(started)
  }
  return (
    <SpaceBetween direction="horizontal" size={isInline ? "s" : "xs"}>
      {schedule &&
        enabled &&
        (pausedAt ? (
          <Button
            variant={variant}
            ariaLabel={`Resume: ${title}`}
            loading={change.isDoing("resume", name)}
            onClick={() => void change.resume(pipeline)}
          >
            Resume
          </Button>
        ) : (
          <Button
            variant={variant}
            ariaLabel={`Pause: ${title}`}
            loading={change.isDoing("pause", name)}
            onClick={() => void change.pause(pipeline)}
          >
            Pause
          </Button>
        ))}
      <Button
        variant={isInline ? "inline-link" : "primary"}
        ariaLabel={`Run now: ${title}`}
        loading={change.isDoing("run", name)}
        onClick={run}
      >
        Run now
      </Button>
    </SpaceBetween>
  )
}
