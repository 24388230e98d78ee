import Box from "@cloudscape-design/components/box"
import Spinner from "@cloudscape-design/components/spinner"

export function Loading({ text }: { text: string }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding={{ top: "xxxl" }}>
      <Spinner size="large" />
      <p>{text}</p>
    </Box>
  )
}
