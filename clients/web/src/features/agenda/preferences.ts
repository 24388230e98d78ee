/** What of the agenda one wants to see, kept in this browser. */
import { useCallback, useState } from "react"
import type { Kind } from "./entries"

const KEY = "querycast.agenda"

/** country: ISO 3166-1; empty: no holidays. subdivision: ISO 3166-2 without the country's. */
export interface Preferences {
  hiddenKinds: readonly Kind[]
  hiddenCalendars: readonly string[]
  country: string
  subdivision: string
}

const NONE: Preferences = { hiddenKinds: [], hiddenCalendars: [], country: "", subdivision: "" }

export function usePreferences(): [Preferences, (changed: Partial<Preferences>) => void] {
  const [preferences, setPreferences] = useState(stored)
  const change = useCallback((changed: Partial<Preferences>) => {
    setPreferences((before) => {
      const after = { ...before, ...changed }
      store(after)
      return after
    })
  }, [])
  return [preferences, change]
}

function stored(): Preferences {
  try {
    return parsed(localStorage.getItem(KEY))
  } catch {
    return NONE
  }
}

/** Whatever is stored there: what is not as it should be does not count. */
export function parsed(text: string | null): Preferences {
  try {
    const found = JSON.parse(text ?? "{}") as Record<keyof Preferences, unknown>
    const list = (value: unknown) => (Array.isArray(value) ? value.filter(isText) : [])
    const word = (value: unknown) => (isText(value) ? value : "")
    return {
      hiddenKinds: list(found.hiddenKinds) as Kind[],
      hiddenCalendars: list(found.hiddenCalendars),
      country: word(found.country),
      subdivision: word(found.subdivision),
    }
  } catch {
    return NONE
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string"
}

function store(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences))
  } catch {
    // storage is switched off: the choice ends with the page
  }
}
