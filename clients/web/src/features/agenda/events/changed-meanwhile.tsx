/** Somebody has changed meanwhile what one is changing: what they did, and what to do about it. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import SpaceBetween from "@cloudscape-design/components/space-between"

/** found: what is different, in words. */
export function ChangedMeanwhile({
  found,
  isBusy,
  onTheirs,
  onMine,
}: {
  found: readonly string[]
  isBusy: boolean
  onTheirs(): void
  onMine(): void
}) {
  return (
    <div role="alert">
      <Alert type="warning" header="It was changed meanwhile">
        <SpaceBetween size="xs">
          {found.length > 0 ? (
            <ul>
              {found.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          ) : (
            <Box>What it says is the same.</Box>
          )}
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" disabled={isBusy} onClick={onTheirs}>
              Take theirs
            </Button>
            <Button formAction="none" loading={isBusy} onClick={onMine}>
              Apply mine again
            </Button>
          </SpaceBetween>
        </SpaceBetween>
      </Alert>
    </div>
  )
}
