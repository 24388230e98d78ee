import { expect, test } from "vitest"
import type { Query } from "../query"
import type { Export } from "./export-options"
import { exportSteps } from "./export-steps"

const AT = "2026-11-27T06:00:00Z"

function states(status: Query["status"], reached: Export["steps"][number]["phase"][], one = true) {
  const export_: Export = {
    format: "CSV",
    compression: null,
    singleFile: one,
    formulaSafe: true,
    steps: reached.map((phase) => ({ phase, at: AT })),
    files: [],
  }
  return exportSteps({ status } as Query, export_).map(({ phase, state }) => `${phase} ${state}`)
}

test.each([
  ["QUEUED", [], ["STARTED now", "UNLOADED to-come", "JOINED to-come", "READY to-come"]],
  ["STARTED", ["STARTED"], ["STARTED done", "UNLOADED now", "JOINED to-come", "READY to-come"]],
  [
    "STARTED",
    ["STARTED", "UNLOADED", "JOINED"],
    ["STARTED done", "UNLOADED done", "JOINED done", "READY now"],
  ],
  ["FAILED", ["STARTED"], ["STARTED done", "UNLOADED failed", "JOINED to-come", "READY to-come"]],
  ["ABORTED", [], ["STARTED stopped", "UNLOADED to-come", "JOINED to-come", "READY to-come"]],
  [
    "FINISHED",
    ["STARTED", "UNLOADED", "JOINED", "READY"],
    ["STARTED done", "UNLOADED done", "JOINED done", "READY done"],
  ],
] as const)("%s after %j", (status, reached, expected) => {
  expect(states(status, [...reached])).toEqual(expected)
})

test("what is not joined has no step for it", () => {
  expect(states("STARTED", ["STARTED"], false)).toEqual([
    "STARTED done",
    "UNLOADED now",
    "READY to-come",
  ])
})
