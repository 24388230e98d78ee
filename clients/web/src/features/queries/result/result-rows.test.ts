import { describe, expect, test } from "vitest"
import type { Column } from "../query"
import { type Cell, cellText, isNumeric, ordered, type Row, typeWords, widths } from "./result-rows"

function column(type: string, name = "c"): Column {
  return { name, type }
}

function sorted(type: string, cells: Cell[], isDescending = false): (Cell | undefined)[] {
  const rows: Row[] = cells.map((cell) => [cell])
  return ordered(rows, [column(type)], { column: 0, isDescending }).map((row) => row[0])
}

describe("sorting", () => {
  test("numbers that came as texts sort as numbers", () => {
    expect(sorted("numeric", ["10.50", "9.75", "-3.00"])).toEqual(["-3.00", "9.75", "10.50"])
  })

  test("numbers beyond JavaScript's sort by their digits", () => {
    const one = "9007199254740993"
    const other = "9007199254740992"
    expect(sorted("int8", [one, other])).toEqual([other, one])
    expect(sorted("numeric", ["0.1234567890123456789", "0.1234567890123456788"])[0]).toMatch(/8$/)
  })

  test("what is no number is greater than all of them", () => {
    expect(sorted("float8", ["NaN", "Infinity", 1, "NaN", "-Infinity"])).toEqual([
      "-Infinity",
      1,
      "Infinity",
      "NaN",
      "NaN",
    ])
  })

  test("NULL is last in either direction", () => {
    expect(sorted("int4", [null, 2, 1])).toEqual([1, 2, null])
    expect(sorted("int4", [null, 2, 1], true)).toEqual([2, 1, null])
  })

  test("equals stay as they came", () => {
    const rows: Row[] = [
      ["b", 1],
      ["a", 1],
      ["c", 0],
    ]
    const columns = [column("varchar"), column("int4")]
    expect(
      ordered(rows, columns, { column: 1, isDescending: false }).map(([name]) => name),
    ).toEqual(["c", "b", "a"])
  })

  test("without an order, rows are as they came", () => {
    const rows: Row[] = [[2], [1]]
    expect(ordered(rows, [column("int4")], null)).toBe(rows)
  })

  test("false comes before true", () => {
    expect(sorted("bool", [true, false])).toEqual([false, true])
  })
})

describe("what is shown", () => {
  test("NULL is NULL, and an empty text is empty", () => {
    expect(cellText(null)).toBe("NULL")
    expect(cellText("")).toBe("")
  })

  test("markup stays text", () => {
    expect(cellText("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>")
  })

  test("what would move or hide text is shown as a sign", () => {
    expect(cellText("a\nb\tc\u202eevil\u0000")).toBe("a⏎b␉c�evil␀")
  })

  test.each(["int2", "int4", "int8", "float8", "numeric"])("%s is a number", (type) => {
    expect(isNumeric(column(type))).toBe(true)
  })

  test.each(["varchar", "date", "timestamp", "bool", "interval"])("%s is none", (type) => {
    expect(isNumeric(column(type))).toBe(false)
  })

  test("a timestamp says whether it has a zone", () => {
    expect(typeWords(column("timestamptz"))).toBe("timestamp, UTC")
    expect(typeWords(column("timestamp"))).toBe("timestamp, no zone")
  })

  test("a column is as wide as what it shows, within bounds", () => {
    const rows: Row[] = [["x".repeat(500), 1]]
    const [wide = 0, narrow = 0] = widths([column("varchar"), column("int4")], rows)
    expect(wide).toBeLessThanOrEqual(51)
    expect(narrow).toBeLessThan(wide)
  })
})
