import { describe, expect, test } from "vitest"
import type { Row } from "./result-rows"
import { type Condition, columnIds, filtered, misunderstood } from "./row-filter"

const COLUMNS = [
  { name: "n", type: "int8" },
  { name: "fare", type: "numeric" },
  { name: "at", type: "timestamp" },
  { name: "note", type: "varchar" },
  { name: "paid", type: "bool" },
]
const ROWS: Row[] = [
  [1, "9.50", "2015-06-01 23:59:00", "Cash", true],
  [2, "10.00", "2015-06-02 00:00:00", "card", false],
  ["9007199254740993", "-0.50", "2015-07-01 08:00:00", "NULL", true],
  [4, null, null, null, null],
]
const ALL = [0, 1, 2, 3, 4]

/** The numbers of the rows that meet the conditions. */
function found(tokens: Condition[], operation: "and" | "or" = "and", places = ALL): number[] {
  return filtered(ROWS, COLUMNS, places, { operation, tokens }).map((row) => ROWS.indexOf(row) + 1)
}

test.each<[string, string, string, number[]]>([
  ["n", "=", "2", [2]],
  ["n", "=", "9007199254740993", [3]],
  ["n", "=", "9007199254740992", []],
  ["fare", ">", "9.5", [2]],
  ["fare", ">=", "9.5", [1, 2]],
  ["fare", "<", "0", [3]],
  ["fare", "=", "10", [2]],
  ["fare", "!=", "10", [1, 3, 4]],
  ["fare", "is", "NULL", [4]],
  ["fare", "is", "not NULL", [1, 2, 3]],
  ["fare", "=", "ten", []],
  ["at", "=", "2015-06-01", [1]],
  ["at", "<=", "2015-06-02", [1, 2]],
  ["at", ">", "2015-06-02", [3]],
  ["at", "=", "2015-06", [1, 2]],
  ["at", ">=", "2015-06-02T00:00", [2, 3]],
  ["note", ":", "ca", [1, 2]],
  ["note", "!:", "CA", [3, 4]],
  ["note", "=", "card", [2]],
  ["note", "=", "Card", []],
  ["note", "^", "n", [3]],
  ["note", "!^", "c", [3, 4]],
  ["note", "is", "NULL", [4]],
  ["paid", "=", "true", [1, 3]],
  ["paid", "!=", "true", [2, 4]],
  ["gone", "=", "1", []],
])("%s %s %s", (propertyKey, operator, value, expected) => {
  expect(found([{ propertyKey, operator, value }])).toEqual(expected)
})

describe("a text", () => {
  test("is looked for in every column in sight, and in no other", () => {
    expect(found([{ operator: ":", value: "06-0" }])).toEqual([1, 2])
    expect(found([{ operator: ":", value: "06-0" }], "and", [0, 3])).toEqual([])
    expect(found([{ operator: "!:", value: "c" }])).toEqual([3, 4])
  })
})

test("conditions are joined by and, or by or", () => {
  const tokens = [
    { propertyKey: "fare", operator: ">", value: "9" },
    { propertyKey: "note", operator: ":", value: "null" },
  ]
  expect(found(tokens)).toEqual([])
  expect(found(tokens, "or")).toEqual([1, 2, 3])
  expect(found([])).toEqual([1, 2, 3, 4])
})

test("a number that is none is told", () => {
  const token = { propertyKey: "fare", operator: ">", value: "ten" }
  expect(misunderstood(COLUMNS, { operation: "and", tokens: [token] })).toMatch(/ten/)
  expect(
    misunderstood(COLUMNS, { operation: "and", tokens: [{ ...token, value: "10" }] }),
  ).toBeNull()
})

test("columns of one name are told apart", () => {
  const columns = ["a", "b", "a"].map((name) => ({ name, type: "int4" }))
  expect(columnIds(columns)).toEqual(["a", "b", "a (2)"])
})

test("100,000 rows are filtered in a moment", () => {
  const rows: Row[] = Array.from({ length: 100_000 }, (_, n) => [
    n,
    `${n}.50`,
    null,
    `row ${n}`,
    true,
  ])
  const began = performance.now()
  const tokens = [
    { operator: ":", value: "row 9999" },
    { propertyKey: "fare", operator: ">", value: "9" },
  ]
  expect(filtered(rows, COLUMNS, ALL, { operation: "and", tokens })).toHaveLength(11)
  expect(performance.now() - began).toBeLessThan(2_000) // 0.1 s on a machine that does nothing else
})
