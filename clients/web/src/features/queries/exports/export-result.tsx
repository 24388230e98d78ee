/** An export: how far it is, and its files once they are there. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useNow } from "@/shared/ui/now"
import { bytes, moment } from "@/shared/ui/time"
import type { Query } from "../query"
import { ExportFiles } from "./export-files"
import { type Export, exportWords } from "./export-options"
import { ExportProgress } from "./export-progress"

const LOOKED_AT_MS = 30_000

export function ExportResult({
  query,
  export_,
  onAgain,
}: {
  query: Query
  export_: Export
  onAgain(): void
}) {
  return (
    <SpaceBetween size="m">
      <Container
        header={
          <Header variant="h2" description={exportWords(export_)}>
            Export
          </Header>
        }
      >
        <ExportProgress query={query} export_={export_} />
      </Container>
      {query.status === "FINISHED" && <Files query={query} export_={export_} onAgain={onAgain} />}
    </SpaceBetween>
  )
}

function Files({ query, export_, onAgain }: { query: Query; export_: Export; onAgain(): void }) {
  const expiry = query.resultExpiresAt
    ? Date.parse(query.resultExpiresAt)
    : Number.POSITIVE_INFINITY
  const isExpired = useNow(true, LOOKED_AT_MS) >= expiry
  if (isExpired) {
    return (
      <Alert
        type="info"
        header="The files are gone"
        action={<Button onClick={onAgain}>Export again</Button>}
      >
        They were kept until {moment(query.resultExpiresAt ?? "")}. Export again to have new ones.
      </Alert>
    )
  }
  if (export_.files.length === 0) {
    return <Box color="text-body-secondary">There are no rows, and so no file.</Box>
  }
  return <ExportFiles query={query} files={export_.files} total={bytes(query.resultBytes ?? 0)} />
}
