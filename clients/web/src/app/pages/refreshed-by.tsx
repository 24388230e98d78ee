/** The pipelines that refresh a report: a link for those whom one may see, else their names. */
import { usePipelines } from "@/features/pipelines/use-pipelines"
import { PageLink } from "@/shared/ui/links"

export function RefreshedBy({ names }: { names: readonly string[] }) {
  const { data } = usePipelines()
  return (
    <>
      {names.length === 1 ? "pipeline " : "one of the pipelines "}
      {names.map((name, index) => (
        <span key={name}>
          {index > 0 && (index === names.length - 1 ? " and " : ", ")}
          <Name name={name} title={data?.find((each) => each.name === name)?.title} />
        </span>
      ))}
    </>
  )
}

function Name({ name, title }: { name: string; title: string | undefined }) {
  return title ? (
    <PageLink href={`/pipelines/${name}`} variant="primary">
      {title}
    </PageLink>
  ) : (
    name
  )
}
