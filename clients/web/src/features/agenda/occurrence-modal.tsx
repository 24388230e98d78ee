/** A run, past or planned: how it is, when, and where to see more. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs"
import Modal from "@cloudscape-design/components/modal"
import type { ReactNode } from "react"
import { PageLink } from "@/shared/ui/links"
import { zonedWords } from "@/shared/ui/zones"
import type { Entry, Occurrence } from "./entries"

export function OccurrenceModal({
  entry,
  occurrence,
  zone,
  status,
  onClose,
}: {
  entry: Entry
  occurrence: Occurrence
  zone: string
  status: ReactNode
  onClose(): void
}) {
  const { at, schedule, report, pipeline, query } = occurrence
  return (
    <Modal
      visible
      header={entry.title}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button onClick={onClose}>Close</Button>
        </Box>
      }
    >
      <KeyValuePairs
        columns={1}
        items={[
          { label: "Status", value: status ?? entry.word },
          ...(query && status && entry.look === "left-out"
            ? [{ label: "Why", value: entry.word }]
            : []),
          {
            label: query ? "Time" : "Planned for",
            value: zonedWords(at, zone),
          },
          {
            label: pipeline ? "Pipeline" : "Report",
            value: (
              <PageLink href={pipeline ? `/pipelines/${pipeline}` : `/reports/${report}`}>
                {entry.title}
              </PageLink>
            ),
          },
          ...(query
            ? [
                {
                  label: "Run",
                  value: <PageLink href={`/queries/${query.id}`}>Open the run</PageLink>,
                },
              ]
            : []),
          ...(schedule
            ? [
                {
                  label: "Schedule",
                  value: (
                    <PageLink href={`/agenda/schedules/${schedule}`}>Open the schedule</PageLink>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Modal>
  )
}
