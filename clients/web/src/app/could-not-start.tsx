/** Without a configuration there is nothing to talk to: say so, and try again. */
import Box from "@cloudscape-design/components/box"
import { Problem } from "@/shared/ui/problem"

export function CouldNotStart({ error }: { error: Error }) {
  return (
    <Box padding="xxl">
      <main>
        <Problem title="Querycast cannot start" error={error} onRetry={() => location.reload()} />
      </main>
    </Box>
  )
}
