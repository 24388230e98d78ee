import { expect, test } from "vitest"
import { places, reconciled } from "./column-choice"

const IDS = ["a", "b", "c"]

test("without a choice, columns are as the report has them", () => {
  expect(places(null, IDS)).toEqual([0, 1, 2])
})

test("a choice says which, and in what order", () => {
  const choice = [
    { id: "c", visible: true },
    { id: "a", visible: false },
    { id: "b", visible: true },
  ]
  expect(places(choice, IDS)).toEqual([2, 1])
})

test("a report whose columns have changed keeps what is left of the choice", () => {
  const choice = [
    { id: "gone", visible: true },
    { id: "b", visible: false },
  ]
  expect(reconciled(choice, IDS)).toEqual([
    { id: "b", visible: false },
    { id: "a", visible: true },
    { id: "c", visible: true },
  ])
})

test("a choice that would leave nothing in sight, or that chooses nothing, is none", () => {
  expect(reconciled([{ id: "a", visible: false }], ["a"])).toBeNull()
  expect(reconciled([{ id: "a", visible: true }], ["a"])).toBeNull()
})
