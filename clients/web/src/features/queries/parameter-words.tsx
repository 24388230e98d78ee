/** What a query was asked with, in a table: a line ends between parameters, and not at a hyphen. */
import type { Query } from "./query"
import "./parameter-words.css"

export function ParameterWords({ of: { parameters } }: { of: Pick<Query, "parameters"> }) {
  if (parameters.length === 0) return <>–</>
  const last = parameters.length - 1
  return parameters.map(({ name, value }, index) => (
    <span key={name}>
      <span className="parameter">{`${name} = ${value}${index < last ? "," : ""}`}</span>{" "}
    </span>
  ))
}
