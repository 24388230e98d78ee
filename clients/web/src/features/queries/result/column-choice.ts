/** Which columns of a report's results one sees and in what order, kept in this browser. */
import { useState } from "react"

export interface ColumnChoice {
  id: string
  visible: boolean
}

/** The choice for a result with these columns; null: as the report has them. */
export function useColumnChoice(report: string | null | undefined, ids: readonly string[]) {
  const key = report ? `querycast.columns.${report}` : null
  const [kept, setKept] = useState(() => (key ? stored(key) : null))
  const choose = (choice: readonly ColumnChoice[] | null) => {
    const isOwn = choice && !isAsReported(choice, ids)
    setKept(isOwn ? choice : null)
    if (key) store(key, isOwn ? choice : null)
  }
  return [kept && reconciled(kept, ids), choose] as const
}

/** Those that are still there as they were chosen, new ones after them. */
export function reconciled(
  choice: readonly ColumnChoice[],
  ids: readonly string[],
): readonly ColumnChoice[] | null {
  const known = choice.filter(({ id }) => ids.includes(id))
  const added = ids.filter((id) => !known.some((each) => each.id === id))
  const all = [...known, ...added.map((id) => ({ id, visible: true }))]
  return isAsReported(all, ids) || !all.some(({ visible }) => visible) ? null : all
}

/** The places of the columns in sight, in their order. */
export function places(choice: readonly ColumnChoice[] | null, ids: readonly string[]): number[] {
  if (!choice) return ids.map((_, place) => place)
  return choice.filter(({ visible }) => visible).map(({ id }) => ids.indexOf(id))
}

function isAsReported(choice: readonly ColumnChoice[], ids: readonly string[]): boolean {
  return (
    choice.length === ids.length &&
    choice.every(({ id, visible }, place) => visible && id === ids[place])
  )
}

function stored(key: string): readonly ColumnChoice[] | null {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(key) ?? "null")
    return isChoice(parsed) ? parsed : null
  } catch {
    return null
  }
}

function isChoice(parsed: unknown): parsed is ColumnChoice[] {
  const isOne = (each: unknown) =>
    typeof each === "object" &&
    each !== null &&
    typeof (each as ColumnChoice).id === "string" &&
    typeof (each as ColumnChoice).visible === "boolean"
  return Array.isArray(parsed) && parsed.every(isOne)
}

function store(key: string, choice: readonly ColumnChoice[] | null): void {
  try {
    if (choice) localStorage.setItem(key, JSON.stringify(choice))
    else localStorage.removeItem(key)
  } catch {
    // storage is switched off or full: the choice ends with the page
  }
}
