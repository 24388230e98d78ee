import { expect, test } from "vitest"
import { tsv } from "./tsv"

const COLUMNS = [
  { name: "n", type: "int4" },
  { name: "=note", type: "varchar" },
]

test.each([
  ["plain", "plain"],
  [null, ""],
  ["a\tb", '"a\tb"'],
  ['say "hi"\n', '"say ""hi""\n"'],
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ["@x", "'@x"],
])("%j is %j", (cell, expected) => {
  expect(tsv(COLUMNS, [1], [[1, cell]])).toBe(`'=note\n${expected}`)
})

test("only chosen columns, in their order; a number is none of a formula", () => {
  expect(tsv(COLUMNS, [1, 0], [[-1, "x"]])).toBe("'=note\tn\nx\t-1")
})
