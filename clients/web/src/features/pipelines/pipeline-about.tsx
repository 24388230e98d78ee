/** What a pipeline is: when it runs, what reads what it fills, and who may do all this. */
import Container from "@cloudscape-design/components/container"
import Header from "@cloudscape-design/components/header"
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs"
import { PageLink } from "@/shared/ui/links"
import type { Pipeline } from "./pipeline"
import { NextRun, Schedule } from "./schedule-facts"

/** titles: of the reports that one may run, by name. */
export function PipelineAbout({
  pipeline,
  myId,
  titles,
}: {
  pipeline: Pipeline
  myId: string
  titles: ReadonlyMap<string, string>
}) {
  const overlap = pipeline.overlap === "SKIP" ? "Are left out" : "Wait for the one before"
  return (
    <Container header={<Header variant="h2">About</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Schedule", value: <Schedule pipeline={pipeline} /> },
          { label: "Next run", value: <NextRun pipeline={pipeline} myId={myId} /> },
          { label: "Runs that are due during another", value: overlap },
          { label: "Refreshes", value: <Feeds names={pipeline.feeds} titles={titles} /> },
          {
            label: "Who may see, run and pause it",
            value: ["administrators", ...pipeline.groups].join(", "),
          },
        ]}
      />
    </Container>
  )
}

function Feeds({
  names,
  titles,
}: {
  names: readonly string[]
  titles: ReadonlyMap<string, string>
}) {
  if (names.length === 0) return <>No report</>
  return (
    <>
      {names.map((name) => (
        <div key={name}>
          {titles.has(name) ? (
            <PageLink href={`/reports/${name}`}>{titles.get(name)}</PageLink>
          ) : (
            name
          )}
        </div>
      ))}
    </>
  )
}
