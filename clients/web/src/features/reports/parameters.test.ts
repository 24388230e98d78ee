import { describe, expect, test } from "vitest"
import { cases } from "./parameter-cases.json"
import {
  defaults,
  given,
  label,
  parameterOf,
  problem,
  problems,
  type ReportParameter,
  wanted,
} from "./parameters"

function parameter(more: Partial<ReportParameter>): ReportParameter {
  const undeclared = { title: null, description: null, default: null, min: null, max: null }
  const unbounded = { maxLength: null, scale: null, options: null }
  return { name: "p", type: "TEXT", required: true, ...undeclared, ...unbounded, ...more }
}

test.each(cases)("$type $value: $valid", ({ value, valid, ...declared }) => {
  const found = problem(parameter(declared as Partial<ReportParameter>), value)
  expect(found === null).toBe(valid)
})

describe("a value that is missing", () => {
  test("is a problem where it is required", () => {
    expect(problem(parameter({ type: "INTEGER", min: "1", max: "9" }), "")).toBe(
      "Give a whole number, from 1 to 9.",
    )
  })

  test("is none where it may be left out, or where there is a default", () => {
    expect(problem(parameter({ required: false }), "")).toBeNull()
    expect(problem(parameter({ default: "x" }), "")).toBeNull()
  })

  test("is not submitted", () => {
    const declared = [parameter({ name: "a" }), parameter({ name: "b" })]
    expect(given(declared, { a: "1", b: "", c: "unknown" })).toEqual([{ name: "a", value: "1" }])
  })
})

test("a field begins with its default, and a switch with no", () => {
  const declared = [
    parameter({ name: "month", type: "MONTH", default: "2015-06" }),
    parameter({ name: "all", type: "BOOLEAN" }),
    parameter({ name: "any", type: "BOOLEAN", required: false }),
  ]
  expect(defaults(declared)).toEqual({ month: "2015-06", all: "false", any: "" })
})

test("problems are by name, of those that have one", () => {
  const declared = [parameter({ name: "a", type: "DATE" }), parameter({ name: "b" })]
  expect(Object.keys(problems(declared, { a: "x", b: "fine" }))).toEqual(["a"])
})

test("a message of the server's tells its parameter", () => {
  expect(parameterOf("Parameter month: '2016-01' is out of range; give ...")).toBe("month")
  expect(parameterOf("Parameter month is missing; give ...")).toBe("month")
  expect(parameterOf("The warehouse does not answer.")).toBeNull()
})

test("a parameter is called by its title, or by its name in words", () => {
  expect(label(parameter({ title: "Month" }))).toBe("Month")
  expect(label(parameter({ name: "failed_only" }))).toBe("Failed only")
})

test("bounds are said", () => {
  expect(wanted(parameter({ type: "DATE", min: "2015-01-01" }))).toBe(
    "Give a date as YYYY-MM-DD, 2015-01-01 or more",
  )
})
