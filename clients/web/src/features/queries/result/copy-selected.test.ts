import { expect, test } from "vitest"
import { HEAD, type Spot, selectedText } from "./copy-selected"
import type { Row } from "./result-rows"

const COLUMNS = [
  { name: "n", type: "int4" },
  { name: "hidden", type: "int4" },
  { name: "note", type: "varchar" },
]
const PLACES = [2, 0]
const SHOWN: Row[] = [
  [1, 0, "one"],
  [2, 0, "=two"],
  [3, 0, null],
]

function text(first: Spot | null, last: Spot | null): string | null {
  return selectedText({ first, last }, COLUMNS, PLACES, SHOWN)
}

function spot(row: number, column: number): Spot {
  return { row, column }
}

test.each([
  ["rows are whole rows, and no spreadsheet runs them", spot(0, 1), spot(1, 0), "one\t1\n'=two\t2"],
  ["NULL is empty", spot(1, 0), spot(2, 1), "'=two\t2\n\t3"],
  ["cells of one row are those cells", spot(0, 0), spot(0, 1), "one\t1"],
  ["with the head come the names", spot(HEAD, 0), spot(0, 1), "note\tn\none\t1"],
])("%s", (_, first, last, expected) => {
  expect(text(first, last)).toBe(expected)
})

test("where nothing is selected, all that is shown is taken", () => {
  expect(selectedText(null, COLUMNS, PLACES, SHOWN)).toBe("note\tn\none\t1\n'=two\t2\n\t3")
})

test.each([
  ["a part of one cell", spot(0, 0), spot(0, 0)],
  ["what goes on after the table", spot(0, 0), null],
])("%s is left to the browser", (_, first, last) => {
  expect(text(first, last)).toBeNull()
})
