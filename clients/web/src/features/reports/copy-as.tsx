/** A run, copied for a shell, a program or another client. */
import ButtonDropdown from "@cloudscape-design/components/button-dropdown"
import LiveRegion from "@cloudscape-design/components/live-region"
import { useServices } from "@/shared/ui/services"
import { type Copied, useCopied } from "@/shared/ui/use-copied"
import { commandLine, curl, graphql, python, type Run } from "./snippets"

const ITEMS = [
  { id: "command", text: "Command line", secondaryText: "querycast run" },
  { id: "python", text: "Python", secondaryText: "the client querycast" },
  { id: "curl", text: "curl", secondaryText: "with the API key in $KEY" },
  { id: "graphql", text: "GraphQL", secondaryText: "document and variables" },
]
const WORDS: Record<NonNullable<Copied>, string> = { copied: "Copied", refused: "Not copied" }

/** problem: why these values make no run. */
export function CopyAs({ run, problem }: { run: Run; problem?: string }) {
  const { config } = useServices()
  const [copied, copy] = useCopied()
  const texts: Record<string, () => string> = {
    command: () => commandLine(run),
    python: () => python(run),
    curl: () => curl(run, config.graphqlUrl),
    graphql: () => graphql(run),
  }
  return (
    <>
      <ButtonDropdown
        items={ITEMS}
        expandToViewport
        disabled={problem != null}
        disabledReason={problem}
        onItemClick={({ detail }) => copy(texts[detail.id]?.() ?? "")}
      >
        {copied ? WORDS[copied] : "Copy as"}
      </ButtonDropdown>
      <LiveRegion hidden>{copied && WORDS[copied]}</LiveRegion>
    </>
  )
}
