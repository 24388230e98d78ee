import { expect, test } from "vitest"
import { exportInput, exportWords, usualOptions } from "./export-options"

test("what is usual is one file, safe for spreadsheets", () => {
  expect(exportInput(usualOptions("CSV"))).toEqual({
    format: "CSV",
    singleFile: true,
    compression: undefined,
    formulaSafe: true,
  })
})

test.each([
  ["CSV", "GZIP", false],
  ["JSON", "GZIP", undefined],
  ["PARQUET", undefined, undefined],
] as const)("%s is asked for with what goes with it", (format, compression, formulaSafe) => {
  const options = { format, compression: "GZIP", singleFile: false, formulaSafe: false } as const
  expect(exportInput(options)).toEqual({ format, singleFile: false, compression, formulaSafe })
})

test.each([
  [usualOptions("CSV"), "CSV, one file, safe for spreadsheets"],
  [usualOptions("PARQUET"), "Parquet, one file"],
  [
    { format: "CSV", compression: "ZSTD", singleFile: false, formulaSafe: false } as const,
    "CSV, Zstandard (.zst), as many files as the warehouse writes, texts as they are",
  ],
])("%o is told in words", (options, words) => {
  expect(exportWords(options)).toBe(words)
})
