import { expect, test } from "vitest"
import type { ChartChoice } from "./chart-choice"
import { points, whichRows } from "./chart-points"
import type { Row } from "./result-rows"

const COLUMNS = [
  { name: "day", type: "date" },
  { name: "fare", type: "numeric" },
  { name: "note", type: "varchar" },
]
const LINE: ChartChoice = { kind: "line", x: "day", y: ["fare"] }
const BARS: ChartChoice = { ...LINE, kind: "bar" }

test("a line over dates is over time, whose days begin where the data's do", () => {
  const drawn = points(COLUMNS, [["2015-06-01", "12.50", "x"]], LINE)
  expect(drawn?.scale).toBe("time")
  expect(drawn?.series[0]?.data[0]).toEqual({
    label: "2015-06-01",
    x: new Date(2015, 5, 1),
    y: 12.5,
  })
})

test.each([
  ["2015-06-15", new Date(2015, 5, 15)],
  ["2015-06-15 10:30:00", new Date(2015, 5, 15, 10, 30)],
  ["2015-06-15 10:30:00+00", new Date(2015, 5, 15, 10, 30)],
])("%s is drawn where the warehouse's clock has it", (text, time) => {
  const columns = [
    { name: "at", type: "timestamptz" },
    { name: "n", type: "int4" },
  ]
  const drawn = points(columns, [[text, 1]], { kind: "line", x: "at", y: ["n"] })
  expect(drawn?.series[0]?.data[0]?.x).toEqual(time)
})

test("a line over numbers is over their size, from left to right", () => {
  const rows: Row[] = [
    ["2015-06-01", "10", "x"],
    ["2015-06-02", "-2.5", "x"],
  ]
  const columns = [COLUMNS[0], COLUMNS[1], { name: "n", type: "int4" }] as typeof COLUMNS
  const drawn = points(
    columns,
    rows.map(([day, fare], n) => [day, fare, n] as Row),
    {
      kind: "line",
      x: "fare",
      y: ["n"],
    },
  )
  expect(drawn?.scale).toBe("linear")
  expect(drawn?.series[0]?.data.map(({ x }) => x)).toEqual([-2.5, 10])
})

test("a bar chart is by label, in the result's order", () => {
  const rows: Row[] = [
    ["2015-06-02", 1, "x"],
    ["2015-06-01", 2, "x"],
  ]
  const drawn = points(COLUMNS, rows, BARS)
  expect(drawn?.scale).toBe("categorical")
  expect(drawn?.series[0]?.data.map(({ label }) => label)).toEqual(["2015-06-02", "2015-06-01"])
})

test("NULL, and what is no number, is left out", () => {
  const rows: Row[] = [
    ["2015-06-01", null, "x"],
    [null, 1, "x"],
    ["2015-06-02", 3, "x"],
  ]
  const drawn = points(COLUMNS, rows, { ...LINE, y: ["fare", "note"] })
  expect(drawn?.series.map(({ name, data }) => [name, data.length])).toEqual([["fare", 1]])
})

test("areas that stand on each other have all their numbers", () => {
  const columns = [...COLUMNS, { name: "tips", type: "numeric" }]
  const rows: Row[] = [
    ["2015-06-01", 1, "x", null],
    ["2015-06-02", 2, "x", 3],
  ]
  const drawn = points(columns, rows, { kind: "area", x: "day", y: ["fare", "tips"] })
  expect(drawn?.series.map(({ data }) => data.map(({ y }) => y))).toEqual([[2], [3]])
})

test("a column that is not there makes no chart", () => {
  expect(points(COLUMNS, [["a", 1, ""]], { ...LINE, x: "gone" })).toBeNull()
  expect(points(COLUMNS, [["a", 1, ""]], { ...LINE, y: [] })).toBeNull()
})

test("of one label the first row is drawn, and that is told", () => {
  const rows: Row[] = [1, 2, 3].map((fare) => ["2015-06-01", fare, "x"])
  const drawn = points(COLUMNS, rows, BARS)
  expect(drawn?.series[0]?.data.map(({ y }) => y)).toEqual([1])
  expect(drawn?.notes).toEqual([
    "2 rows repeat a place on the axis, where only the first one is drawn.",
  ])
})

test("a line of very many points is thinned out evenly, and that is told", () => {
  const columns = [{ name: "n", type: "int8" }, ...COLUMNS.slice(1)]
  const rows: Row[] = Array.from({ length: 100_000 }, (_, n) => [n, n, ""])
  const drawn = points(columns, rows, { kind: "line", x: "n", y: ["fare"] })
  expect(drawn?.series[0]?.data.slice(0, 2).map(({ x }) => x)).toEqual([0, 100])
  expect(drawn?.series[0]?.data).toHaveLength(1_000)
  expect(drawn?.notes).toEqual(["Every 100th of 100,000 points is drawn."])
})

test("of very many bars the first are drawn, and how many are left is told", () => {
  const rows: Row[] = Array.from({ length: 1_500 }, (_, n) => [`day ${n}`, n, ""])
  const drawn = points(COLUMNS, rows, BARS)
  expect(drawn?.series[0]?.data).toHaveLength(400)
  expect(drawn?.notes).toEqual(["The first 400 rows are drawn; 1,100 more are in the table."])
})

const ROWS: Row[] = [["2015-06-01", "1", "x"]]

test.each([
  [true, null, []],
  [false, null, ["1 of 9 rows are here."]],
  [true, 1, ["Only rows that match the filter are drawn: 1 of 1."]],
  [false, 0, ["Only rows that match the filter are drawn: 0 of 1.", "1 of 9 rows are here."]],
])("a chart says which rows it is of: whole %s, matching %s", (isWhole, matching, notes) => {
  expect(whichRows({ rows: ROWS, total: 9, isWhole }, matching)).toEqual(notes)
})
