/** How the files of an export are to be: what one may choose, and what goes together. */
import type {
  Compression,
  ExportFormat,
  ExportQueryInput,
} from "@/shared/graphql/generated/graphql"
import type { Query } from "../query"

export type Export = NonNullable<Query["export"]>

export interface ExportOptions {
  format: ExportFormat
  compression: Compression | null
  singleFile: boolean
  formulaSafe: boolean
}

export const FORMATS: readonly { value: ExportFormat; label: string; description: string }[] = [
  { value: "CSV", label: "CSV", description: "For spreadsheets: a table with a header." },
  {
    value: "PARQUET",
    label: "Parquet",
    description: "For analysis: small, and columns keep types.",
  },
  { value: "JSON", label: "JSON", description: "For programs: one object a line." },
]

export const COMPRESSIONS: readonly { value: Compression; label: string }[] = [
  { value: "GZIP", label: "gzip (.gz)" },
  { value: "ZSTD", label: "Zstandard (.zst)" },
]

/** What most people want: one file that any program opens. */
export function usualOptions(format: ExportFormat): ExportOptions {
  return { format, compression: null, singleFile: true, formulaSafe: true }
}

/** Parquet compresses by itself, and only spreadsheets know formulas: the rest is left out. */
export function exportInput(options: ExportOptions): Omit<ExportQueryInput, "report" | "id"> {
  const { format, singleFile } = options
  return {
    format,
    singleFile,
    compression: format === "PARQUET" ? undefined : (options.compression ?? undefined),
    formulaSafe: format === "CSV" ? options.formulaSafe : undefined,
  }
}

/** `CSV, gzip (.gz), one file, safe for spreadsheets`. */
export function exportWords(options: ExportOptions): string {
  const { format, compression, singleFile } = options
  return [
    FORMATS.find(({ value }) => value === format)?.label ?? format,
    COMPRESSIONS.find(({ value }) => value === compression)?.label,
    singleFile ? "one file" : "as many files as the warehouse writes",
    format === "CSV" && (options.formulaSafe ? "safe for spreadsheets" : "texts as they are"),
  ]
    .filter(Boolean)
    .join(", ")
}
