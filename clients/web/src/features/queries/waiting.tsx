import Box from "@cloudscape-design/components/box"
import Spinner from "@cloudscape-design/components/spinner"

export function Waiting({ text }: { text: string }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding="l">
      <Spinner /> {text}
    </Box>
  )
}
