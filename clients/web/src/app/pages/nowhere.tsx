/** What was asked for is not there: say so, and where to go on. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useFollow } from "@/shared/ui/links"
import { usePageTitle } from "@/shared/ui/page-title"

export function Nowhere({ title, text }: { title: string; text: string }) {
  const follow = useFollow()
  usePageTitle(title)
  return (
    <Box textAlign="center" padding={{ top: "xxxl" }}>
      <SpaceBetween size="m">
        <Box variant="h1">{title}</Box>
        <Box color="text-body-secondary">{text}</Box>
        <Button href="/reports" onFollow={follow} variant="primary">
          All reports
        </Button>
      </SpaceBetween>
    </Box>
  )
}
