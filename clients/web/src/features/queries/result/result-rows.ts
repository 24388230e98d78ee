/** Rows of a result as JSON has them: what is a number, what comes first, what is shown. */
import type { Column, ResultPage } from "../query"

/** NULL is null; numeric, dates, times and integers beyond 2^53 are texts. */
export type Cell = string | number | boolean | null
export type Row = readonly Cell[]

const NUMBERS = /^(int[248]|float|numeric|decimal|double|real|bigint|smallint|integer|oid)/i
const TIMES = /^(date|time)/i

export function rowsOf(page: Pick<ResultPage, "rows">): Row[] {
  return JSON.parse(page.rows) as Row[]
}

export function isNumeric(column: Column): boolean {
  return NUMBERS.test(column.type)
}

export function isTime(column: Column): boolean {
  return TIMES.test(column.type)
}

export function isBoolean(column: Column): boolean {
  return /^bool/i.test(column.type)
}

/** Whether anything may be written in it. */
export function isText(column: Column): boolean {
  return !isNumeric(column) && !isTime(column) && !isBoolean(column)
}

/** The type as people say it; of times, whether they have a zone. */
export function typeWords({ type }: Column): string {
  if (/^timestamptz/i.test(type)) return "timestamp, UTC"
  if (/^timestamp/i.test(type)) return "timestamp, no zone"
  return TYPE_WORDS[type.toLowerCase()] ?? type
}

const TYPE_WORDS: Record<string, string> = {
  int2: "integer",
  int4: "integer",
  int8: "integer",
  float4: "number",
  float8: "number",
  bool: "true or false",
  varchar: "text",
  bpchar: "text",
}

/** As it is shown; control characters, which would move or hide text, as their pictures. */
export function cellText(cell: Cell): string {
  if (cell === null) return "NULL"
  const text = String(cell)
  return CONTROLS.test(text) ? text.replaceAll(new RegExp(CONTROLS, "g"), picture) : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/

function picture(character: string): string {
  const code = character.charCodeAt(0)
  if (character === "\n") return "⏎"
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? "␡" : "�"
}

export interface Order {
  column: number
  isDescending: boolean
}

/** The rows in that order; NULL last in either direction, equals as they came. */
export function ordered(rows: readonly Row[], columns: readonly Column[], order: Order | null) {
  const column = order && columns[order.column]
  if (!order || !column) return rows
  const compare = isNumeric(column) ? compareNumbers : compareTexts
  const sign = order.isDescending ? -1 : 1
  return rows.toSorted((one, other) => {
    const [a = null, b = null] = [one[order.column], other[order.column]]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return sign * compare(a, b)
  })
}

/** Exact where both are within JavaScript's numbers, and by digits where they are not. */
export function compareNumbers(one: Cell, other: Cell): number {
  const [a, b] = [Number(one), Number(other)]
  if (a !== b) return Number.isNaN(a) || Number.isNaN(b) ? afterNumbers(a, b) : a - b
  if (typeof one === "number" || !Number.isFinite(a)) return 0
  return compareDecimals(String(one), String(other))
}

/** NaN is greater than every number, and equal to itself, as in Redshift. */
function afterNumbers(one: number, other: number): number {
  return Number(Number.isNaN(one)) - Number(Number.isNaN(other))
}

function compareDecimals(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => {
    const [whole = "0", fraction = ""] = text.split(".")
    return BigInt(whole.replace(/^\+/, "") + fraction.padEnd(40, "0").slice(0, 40))
  })
  if (a === undefined || b === undefined || a === b) return 0
  return a < b ? -1 : 1
}

const collator = new Intl.Collator("en")

function compareTexts(one: Cell, other: Cell): number {
  if (typeof one === "boolean") return Number(one) - Number(other)
  return collator.compare(String(one), String(other))
}

/** How wide each column should be, in characters, by what its first rows hold. */
export function widths(columns: readonly Column[], rows: readonly Row[]): number[] {
  const sample = rows.slice(0, 200)
  return columns.map((column, index) => {
    const texts = sample.map((row) => cellText(row[index] ?? null).length)
    const header = Math.max(column.name.length + 4, typeWords(column).length)
    return Math.min(48, Math.max(8, header, ...texts) + 3)
  })
}
