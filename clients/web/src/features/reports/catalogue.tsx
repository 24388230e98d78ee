/** Every report that one may run, found by what its title, its description or its name says. */
import { useCollection } from "@cloudscape-design/collection-hooks"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Cards from "@cloudscape-design/components/cards"
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import TextFilter from "@cloudscape-design/components/text-filter"
import { PageLink } from "@/shared/ui/links"
import { Problem } from "@/shared/ui/problem"
import type { Report } from "./parameters"
import { useReports } from "./use-reports"

const CARDS = {
  header: (report: Report) => (
    <PageLink href={`/reports/${report.name}`} fontSize="heading-m">
      {report.title}
    </PageLink>
  ),
  sections: [
    { id: "description", content: (report: Report) => report.description ?? "" },
    { id: "about", content: (report: Report) => <About report={report} /> },
  ],
}

export function Catalogue() {
  const { data, error, isPending, refetch } = useReports()
  const reports = useCollection(data ?? [], {
    filtering: {
      fields: ["title", "description", "name"],
      empty: (
        <Empty
          title="No reports"
          text="None is open to you. An administrator can add you to a group."
        />
      ),
      noMatch: (
        <Empty title="No report matches" text="Try another word.">
          <Button onClick={() => reports.actions.setFiltering("")}>Clear search</Button>
        </Empty>
      ),
    },
    sorting: { defaultState: { sortingColumn: { sortingField: "title" } } },
  })
  if (error) return <Problem title="The reports cannot be read" error={error} onRetry={refetch} />
  return (
    <Cards
      {...reports.collectionProps}
      items={reports.items}
      loading={isPending}
      loadingText="Loading the reports"
      cardDefinition={CARDS}
      cardsPerRow={[{ cards: 1 }, { minWidth: 620, cards: 2 }, { minWidth: 1100, cards: 3 }]}
      trackBy="name"
      variant="full-page"
      ariaLabels={{ itemSelectionLabel: () => "", selectionGroupLabel: "", cardsLabel: "Reports" }}
      header={
        <Header
          variant="awsui-h1-sticky"
          counter={data && `(${data.length})`}
          description="Pick a question; its answer appears here the moment it is ready."
        >
          Reports
        </Header>
      }
      filter={
        <TextFilter
          {...reports.filterProps}
          filteringPlaceholder="Find a report"
          filteringAriaLabel="Find a report"
          countText={`${reports.filteredItemsCount} ${reports.filteredItemsCount === 1 ? "match" : "matches"}`}
        />
      }
    />
  )
}

function About({ report }: { report: Report }) {
  const inputs = report.parameters.length
  const facts = [
    inputs === 1 ? "1 parameter" : inputs ? `${inputs} parameters` : "No parameters",
    report.chart && `${report.chart.type} chart`,
    report.refreshedBy && "renewed by pipelines",
    report.groups && `for ${report.groups.join(", ")}`,
  ]
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {facts.filter(Boolean).join(" · ")}
    </Box>
  )
}

function Empty({
  title,
  text,
  children,
}: {
  title: string
  text: string
  children?: React.ReactNode
}) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h3">{title}</Box>
        <Box color="text-body-secondary">{text}</Box>
        {children}
      </SpaceBetween>
    </Box>
  )
}
