/** Which rows of a result are wanted: texts looked for in all columns, and conditions of one. */
import type { Column } from "../query"
import { type Cell, compareNumbers, isBoolean, isNumeric, isTime, type Row } from "./result-rows"

/** With the words of Cloudscape's PropertyFilter, whose queries these are. */
export interface Condition {
  /** Of the column, by columnIds; none: any column in sight. */
  propertyKey?: string
  operator: string
  value: unknown
}

export interface RowFilter {
  operation: "and" | "or"
  tokens: readonly Condition[]
}

export const NO_FILTER: RowFilter = { operation: "and", tokens: [] }
export const IS = "is"
export const NULL = "NULL"
export const NOT_NULL = "not NULL"

type Test = (row: Row) => boolean

/** Names are ids where they do not repeat. */
export function columnIds(columns: readonly Column[]): string[] {
  const seen = new Map<string, number>()
  return columns.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

/** places: of the columns in sight. */
export function filtered(
  rows: readonly Row[],
  columns: readonly Column[],
  places: readonly number[],
  { operation, tokens }: RowFilter,
): readonly Row[] {
  if (tokens.length === 0) return rows
  const ids = columnIds(columns)
  const tests = tokens.map((each) => test(each, columns, ids, places))
  return rows.filter(
    operation === "and"
      ? (row) => tests.every((each) => each(row))
      : (row) => tests.some((each) => each(row)),
  )
}

/** What cannot be true of any row, for the reader; null where all conditions can. */
export function misunderstood(columns: readonly Column[], { tokens }: RowFilter): string | null {
  const ids = columnIds(columns)
  const found = tokens.find(({ propertyKey, operator, value }) => {
    const column = columns[ids.indexOf(propertyKey ?? "")]
    return column && isNumeric(column) && operator !== IS && !isNumber(String(value))
  })
  return found ? `“${found.value}” is not a number such as 12.50, so no row has it.` : null
}

export function operatorsOf(column: Column): string[] {
  if (isBoolean(column)) return ["=", "!="]
  if (isNumeric(column) || isTime(column)) return ["=", "!=", "<", "<=", ">", ">="]
  return [":", "!:", "=", "!=", "^", "!^"]
}

function test(
  { propertyKey, operator, value }: Condition,
  columns: readonly Column[],
  ids: readonly string[],
  places: readonly number[],
): Test {
  const wanted = String(value)
  if (propertyKey === undefined) {
    const meets = ofText(":", wanted)
    const isAnywhere: Test = (row) => places.some((place) => meets(row[place] ?? null))
    return operator === "!:" ? (row) => !isAnywhere(row) : isAnywhere
  }
  const place = ids.indexOf(propertyKey)
  const column = columns[place]
  if (!column) return () => false
  const meets = operator === IS ? ofNull(wanted) : ofColumn(column, operator, wanted)
  return (row) => meets(row[place] ?? null)
}

type CellTest = (cell: Cell) => boolean

function ofNull(wanted: string): CellTest {
  const isWanted = !/not/i.test(wanted)
  return (cell) => (cell === null) === isWanted
}

function ofColumn(column: Column, operator: string, wanted: string): CellTest {
  if (isNumeric(column)) return ofNumber(operator, wanted.trim())
  if (isTime(column)) return ofTime(operator, wanted.trim())
  return ofText(operator, wanted)
}

function ofNumber(operator: string, wanted: string): CellTest {
  if (!isNumber(wanted)) return () => false
  return compared(operator, (cell) => compareNumbers(cell, wanted))
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim())
}

/** As far as it is given: a day is all of its hours, a month all of its days. */
function ofTime(operator: string, wanted: string): CellTest {
  const spelled = wanted.replace("T", " ")
  return compared(operator, (cell) => {
    const text = String(cell).replace("T", " ").slice(0, spelled.length)
    return text === spelled ? 0 : text < spelled ? -1 : 1
  })
}

/** NULL is less and greater than nothing, and unequal to everything. */
function compared(operator: string, compare: (cell: Cell) => number): CellTest {
  const holds = COMPARISONS[operator]
  if (!holds) return () => false
  return (cell) => (cell === null ? operator === "!=" : holds(compare(cell)))
}

const COMPARISONS: Record<string, (difference: number) => boolean> = {
  "=": (difference) => difference === 0,
  "!=": (difference) => difference !== 0,
  "<": (difference) => difference < 0,
  "<=": (difference) => difference <= 0,
  ">": (difference) => difference > 0,
  ">=": (difference) => difference >= 0,
}

/** Looked for in either case; equal only as it is. */
function ofText(operator: string, wanted: string): CellTest {
  if (operator.startsWith("!")) {
    const meets = ofText(operator === "!=" ? "=" : operator.slice(1), wanted)
    return (cell) => !meets(cell)
  }
  const needle = wanted.toLowerCase()
  switch (operator) {
    case ":":
      return (cell) => cell !== null && String(cell).toLowerCase().includes(needle)
    case "^":
      return (cell) => cell !== null && String(cell).toLowerCase().startsWith(needle)
    default:
      return (cell) => cell !== null && String(cell) === wanted
  }
}
