/** Copies, and knows for a while what became of it. */
import { useEffect, useState } from "react"
import { copyText } from "./copy"

const SHOWN_MS = 3_000

export type Copied = "copied" | "refused" | null

export function useCopied(): [Copied, (text: string) => void] {
  const [outcome, setOutcome] = useState<{ copied: Copied }>({ copied: null })
  useEffect(() => {
    if (!outcome.copied) return
    const timer = setTimeout(() => setOutcome({ copied: null }), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = (text: string) =>
    void copyText(text).then((isThere) => setOutcome({ copied: isThere ? "copied" : "refused" }))
  return [outcome.copied, copy]
}
