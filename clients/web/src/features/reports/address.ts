/** A report as filled in, as an address that can be shared. */
import { LIVE, REPORT } from "@/shared/ui/address"
import { defaults, type Report, type Values } from "./parameters"

type Declared = Pick<Report, "name" | "parameters">

/** The defaults, and over them what the address says. */
export function valuesIn(search: URLSearchParams, { parameters }: Declared): Values {
  const known = parameters.flatMap(({ name }) => {
    const value = search.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return { ...defaults(parameters), ...Object.fromEntries(known) }
}

/** All of them, so that a link shows the same when a default has changed; none where all are the defaults. */
export function searchOf(values: Values, { parameters }: Declared, isLive: boolean) {
  const preset = defaults(parameters)
  const isAsPreset = Object.entries(values).every(([name, value]) => preset[name] === value)
  const given = isAsPreset
    ? []
    : Object.entries(values).filter(([name, value]) => value || preset[name])
  return new URLSearchParams([...given, ...(isLive ? [[LIVE, "1"] as [string, string]] : [])])
}

/** Of its schedule to be: with what is filled in; what is not follows the report's defaults. */
export function scheduleHref({ name }: Declared, search: URLSearchParams): string {
  return `/agenda/schedules/new?${new URLSearchParams([...search, [REPORT, name]])}`
}
