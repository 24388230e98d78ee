import { expect, test } from "vitest"
import { errorWords, newest, type Pipeline, pausedWords, type Run, withRun } from "./pipeline"

const ME = "1b5f6a3e-0000-4000-8000-000000000001"
const OTHER = "2b5f6a3e-0000-4000-8000-000000000002"

function runOf(id: string, minute: number, version = 1, message?: string): Run {
  return {
    id,
    kind: "PIPELINE",
    report: null,
    status: "STARTED",
    version,
    parameters: [],
    submittedAt: `2026-11-27T06:0${minute}:00Z`,
    error: message ? { type: "Error", message } : null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    estimatedDurationMs: null,
    cancelRequestedAt: null,
    resultRows: null,
    resultBytes: null,
    resultExpiresAt: null,
    pipeline: "filling",
    scheduledFor: null,
    watch: null,
    schedule: null,
    export: null,
  }
}

const shown = (runs: Run[]) => runs.map(({ id, version }) => `${id}${version}`)

test("what was pushed while the runs were read is not lost", () => {
  const read = [runOf("b", 2, 1), runOf("a", 1, 3)]
  const known = [runOf("c", 3, 1), runOf("b", 2, 2), runOf("a", 1, 2)]
  expect(shown(newest(read, known))).toEqual(["c1", "b2", "a3"])
})

test("older ones that are known but not read stay out", () => {
  expect(shown(newest([runOf("b", 2)], [runOf("b", 2), runOf("a", 1)]))).toEqual(["b1"])
  expect(shown(newest([], [runOf("a", 1)]))).toEqual(["a1"])
})

test.each([
  ["a new one comes first", runOf("c", 3), ["c1", "b2", "a2"]],
  ["a newer version replaces", runOf("b", 2, 4), ["b4", "a2"]],
  ["an older one does not", runOf("b", 2, 1), ["b2", "a2"]],
  ["one of before comes at its place", runOf("0", 0), ["b2", "a2", "01"]],
])("%s", (_, run, expected) => {
  expect(shown(withRun([runOf("b", 2, 2), runOf("a", 1, 2)], run))).toEqual(expected)
})

test.each([
  [ME, /^Paused by you since .+/],
  [OTHER, /^Paused by somebody else since .+/],
])("who paused it is told without an id", (pausedBy, words) => {
  const pipeline = { pausedAt: "2026-11-27T06:00:00Z", pausedBy } as Pipeline
  expect(pausedWords(pipeline, ME)).toMatch(words)
})

test("what runs by its schedule is not paused", () => {
  expect(pausedWords({ pausedAt: null, pausedBy: null } as Pipeline, ME)).toBeNull()
})

test.each([
  [`Cancelled by user ${ME}.`, "Cancelled by you."],
  [`Cancelled by user ${OTHER}.`, "Cancelled by somebody else."],
  ["ERROR: Divide by zero", "ERROR: Divide by zero"],
])("%s", (message, words) => {
  expect(errorWords(runOf("a", 1, 1, message), ME)).toBe(words)
})
