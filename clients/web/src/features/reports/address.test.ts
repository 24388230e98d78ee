import { expect, test } from "vitest"
import { scheduleHref, searchOf, valuesIn } from "./address"
import type { ReportParameter } from "./parameters"

const REPORT = { name: "named", parameters: [parameter("live"), parameter("report")] }
const VALUES = { live: "1", report: "x" }

function parameter(name: string): ReportParameter {
  const undeclared = { title: null, description: null, default: "", min: null, max: null }
  const unbounded = { maxLength: null, scale: null, options: null }
  return { name, type: "TEXT", required: false, ...undeclared, ...unbounded }
}

test.each([true, false])("parameters may have the names of ours; live: %s", (isLive) => {
  const search = searchOf(VALUES, REPORT, isLive)
  expect(valuesIn(search, REPORT)).toEqual(VALUES)
  expect(search.get("_live")).toBe(isLive ? "1" : null)
})

test("what is filled in goes into a schedule, beside which report it is", () => {
  const { searchParams } = new URL(
    scheduleHref(REPORT, searchOf(VALUES, REPORT, false)),
    "http://x",
  )
  expect(valuesIn(searchParams, REPORT)).toEqual(VALUES)
  expect(searchParams.get("_report")).toBe("named")
})

test("the defaults are in no address", () => {
  expect(String(searchOf({ live: "", report: "" }, REPORT, false))).toBe("")
})
