/** Something could not be had: what, why, and trying again. */
import Alert from "@cloudscape-design/components/alert"
import Button from "@cloudscape-design/components/button"

export function Problem({
  title,
  error,
  onRetry,
}: {
  title: string
  error: unknown
  onRetry?: () => void
}) {
  const action = onRetry && (
    <Button iconName="refresh" onClick={onRetry}>
      Try again
    </Button>
  )
  return (
    <div role="alert">
      <Alert type="error" header={title} action={action}>
        {error instanceof Error ? error.message : String(error)}
      </Alert>
    </div>
  )
}
