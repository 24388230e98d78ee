/** One's own queries, the newest first: found by report, status and time, opened or run again. */
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Flashbar from "@cloudscape-design/components/flashbar"
import Header from "@cloudscape-design/components/header"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import Table, { type TableProps } from "@cloudscape-design/components/table"
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { useSearchParams } from "react-router"
import { LIST_QUERIES } from "@/shared/graphql/documents"
import type { QueryStatus } from "@/shared/graphql/generated/graphql"
import { PageLink } from "@/shared/ui/links"
import { usePhone } from "@/shared/ui/phone"
import { Problem } from "@/shared/ui/problem"
import { useServices } from "@/shared/ui/services"
import { duration, moment } from "@/shared/ui/time"
import { ParameterWords } from "../parameter-words"
import { kindWords, type Query, STATUSES, WORDS } from "../query"
import { StatusBadge } from "../status-badge"
import { useQueryFeed } from "../use-feed"
import { useAgain } from "../use-run"
import { HistoryActions } from "./history-actions"
import { type Pages, pagesAfter, withPushed } from "./history-pages"
import { bounds, type Period, periodIn, withPeriod } from "./history-period"
import { PeriodFilter } from "./period-filter"

const PAGE = 25
const REREAD_MS = 60_000 // AppSync can lose a push even on a good connection

/** titles: of the reports, by name. */
export function History({ titles }: { titles: ReadonlyMap<string, string> }) {
  const [search, setSearch] = useSearchParams()
  const report = search.get("report") ?? ""
  const status = STATUSES.find((each) => each === search.get("status"))
  const schedule = search.get("schedule") ?? ""
  const period = periodIn(search)
  const pages = useHistory({ report, status, schedule, period })
  const { again, refusal, dismiss } = useAgainFromHere()
  const isPhone = usePhone()
  const choose = (name: string, value: string) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (value) after.set(name, value)
        else after.delete(name)
        return after
      },
      { replace: true },
    )
  const queries = pages.data?.pages.flatMap((page) => page.queries) ?? []
  const isFiltered = Boolean(report || status || schedule || period)
  if (pages.error && !pages.data) {
    return (
      <Problem title="The history cannot be read" error={pages.error} onRetry={pages.refetch} />
    )
  }
  return (
    <>
      {refusal && (
        <Box padding={{ bottom: "s" }}>
          <Flashbar
            items={[
              {
                id: "again",
                type: "error",
                header: "It was not run again",
                content: refusal,
                dismissible: true,
                onDismiss: dismiss,
              },
            ]}
          />
        </Box>
      )}
      <Table
        variant="full-page"
        items={queries}
        trackBy="id"
        columnDefinitions={columns(titles, again, isPhone)}
        visibleColumns={isPhone ? ["report", "actions"] : undefined}
        loading={pages.isPending}
        loadingText="Loading your queries"
        wrapLines
        ariaLabels={{ tableLabel: "Your queries" }}
        header={
          <Header
            variant="awsui-h1-sticky"
            description="Your own queries of the last 30 days. It changes as they do."
          >
            History
          </Header>
        }
        filter={
          <SpaceBetween direction="horizontal" size="xs">
            <Filter
              label="Report"
              all="All reports"
              value={report}
              options={[...titles].map(([value, label]) => ({ value, label }))}
              onChange={(value) => choose("report", value)}
            />
            <Filter
              label="Status"
              all="Any status"
              value={status ?? ""}
              options={STATUSES.map((value) => ({ value, label: WORDS[value] }))}
              onChange={(value) => choose("status", value)}
            />
            <PeriodFilter
              period={period}
              onChange={(value) =>
                setSearch((before) => withPeriod(before, value), { replace: true })
              }
            />
          </SpaceBetween>
        }
        empty={<Nothing isFiltered={isFiltered} onClear={() => setSearch({}, { replace: true })} />}
        footer={
          pages.hasNextPage && (
            <Box textAlign="center">
              <Button
                loading={pages.isFetchingNextPage}
                loadingText="Loading older ones"
                onClick={() => void pages.fetchNextPage()}
              >
                Older queries
              </Button>
            </Box>
          )
        }
      />
    </>
  )
}

interface HistoryFilter {
  report: string
  status: QueryStatus | undefined
  schedule: string
  period: Period | null
}

function useHistory({ report, status, schedule, period }: HistoryFilter) {
  const { api } = useServices()
  const cache = useQueryClient()
  const feed = useQueryFeed()
  useEffect(
    () =>
      feed.onChange((query) =>
        cache.setQueriesData<Pages>(
          { queryKey: ["history"] },
          (pages) => pages && withPushed(pages, query),
        ),
      ),
    [feed, cache],
  )
  return useInfiniteQuery({
    queryKey: ["history", report, status, schedule, period],
    queryFn: async ({ pageParam, signal }) => {
      const filter = {
        report: report || undefined,
        status,
        schedule: schedule || undefined,
        ...bounds(period, Date.now()),
      }
      const variables = { filter, limit: PAGE, nextToken: pageParam }
      return (await api.request(LIST_QUERIES, variables, signal)).listQueries
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextToken ?? null,
    structuralSharing: (before, read) => pagesAfter(before as Pages | undefined, read as Pages),
    refetchInterval: REREAD_MS,
  })
}

/** Its page opens where it was taken; a refusal stays here in words. */
function useAgainFromHere() {
  const again = useAgain()
  const [refusal, setRefusal] = useState<string | null>(null)
  return {
    refusal,
    dismiss: () => setRefusal(null),
    again: async (query: Query) => {
      setRefusal(null)
      try {
        await again(query)
      } catch (error) {
        setRefusal(error instanceof Error ? error.message : String(error))
      }
    },
  }
}

function columns(
  titles: ReadonlyMap<string, string>,
  again: (query: Query) => Promise<void>,
  isPhone: boolean,
): TableProps.ColumnDefinition<Query>[] {
  return [
    {
      id: "report",
      header: "Report",
      isRowHeader: true,
      minWidth: 140,
      cell: (query) => (
        <>
          <PageLink href={`/queries/${query.id}`}>
            {(query.report && (titles.get(query.report) ?? query.report)) || "Pipeline"}
          </PageLink>
          {isPhone && <Below query={query} />}
        </>
      ),
    },
    {
      id: "status",
      header: "Status",
      minWidth: 118,
      cell: (query) => <StatusBadge query={query} />,
    },
    {
      id: "kind",
      header: "Kind",
      minWidth: 122,
      cell: (query) => <Kind query={query} />,
    },
    {
      id: "parameters",
      header: "Parameters",
      minWidth: 184,
      cell: (query) => <ParameterWords of={query} />,
    },
    {
      id: "submitted",
      header: "Submitted",
      minWidth: 136,
      cell: (query) => moment(query.submittedAt),
    },
    {
      id: "took",
      header: "Took",
      minWidth: 84,
      cell: (query) => (query.durationMs == null ? "–" : duration(query.durationMs)),
    },
    {
      id: "rows",
      header: "Rows",
      minWidth: 64,
      cell: (query) => (query.resultRows == null ? "–" : query.resultRows.toLocaleString("en")),
    },
    {
      id: "actions",
      header: "Actions",
      minWidth: 100,
      cell: (query) => <HistoryActions query={query} onAgain={again} />,
    },
  ]
}

/** What is in columns of its own where there is room. */
function Below({ query }: { query: Query }) {
  return (
    <>
      <div>
        <StatusBadge query={query} />
      </div>
      <Box color="text-body-secondary" fontSize="body-s">
        <Kind query={query} />
        <div>{moment(query.submittedAt)}</div>
        {query.parameters.length > 0 && <ParameterWords of={query} />}
      </Box>
    </>
  )
}

/** With the time for which a schedule wanted it: it may have been submitted later. */
function Kind({ query }: { query: Query }) {
  return (
    <>
      {kindWords(query)}
      {query.scheduledFor && (
        <Box color="text-body-secondary" fontSize="body-s">
          for {moment(query.scheduledFor)}
        </Box>
      )}
    </>
  )
}

function Filter({
  label,
  all,
  value,
  options,
  onChange,
}: {
  label: string
  all: string
  value: string
  options: { value: string; label: string }[]
  onChange(value: string): void
}) {
  const choices = [{ value: "", label: all }, ...options]
  return (
    <Select
      ariaLabel={`${label}: filter`}
      options={choices}
      selectedOption={choices.find((each) => each.value === value) ?? { value, label: value }}
      expandToViewport
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
    />
  )
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear(): void }) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h3">{isFiltered ? "No query matches" : "No queries yet"}</Box>
        {isFiltered ? (
          <Button onClick={onClear}>Clear filters</Button>
        ) : (
          <PageLink href="/reports" variant="primary">
            Pick a report and run it
          </PageLink>
        )}
      </SpaceBetween>
    </Box>
  )
}
