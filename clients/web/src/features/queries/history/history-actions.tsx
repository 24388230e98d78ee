/** From a row of the history: the same once more, or its form to change something first. */
import Button from "@cloudscape-design/components/button"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useState } from "react"
import { useFollow } from "@/shared/ui/links"
import { parameterWords, type Query } from "../query"

export function HistoryActions({
  query,
  onAgain,
}: {
  query: Query
  onAgain(query: Query): Promise<void>
}) {
  const follow = useFollow()
  const [isAsking, setAsking] = useState(false)
  if (!query.report) return null
  const what = [query.report, parameterWords(query)].filter(Boolean).join(", ")
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <Button
        variant="icon"
        iconName="refresh"
        ariaLabel={`Run again: ${what}`}
        loading={isAsking}
        loadingText="Submitting"
        onClick={() => {
          setAsking(true)
          void onAgain(query).finally(() => setAsking(false))
        }}
      />
      <Button
        variant="icon"
        iconName="edit"
        ariaLabel={`Change the parameters: ${what}`}
        href={formOf(query)}
        onFollow={follow}
      />
    </SpaceBetween>
  )
}

/** The report's form, filled in as this query was. */
function formOf({ report, parameters }: Query): string {
  const search = new URLSearchParams(parameters.map(({ name, value }) => [name, value]))
  return `/reports/${report}${search.size > 0 ? `?${search}` : ""}`
}
