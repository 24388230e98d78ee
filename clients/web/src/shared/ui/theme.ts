/** Light, dark, or as the system has it; public/theme.js applies it before the first paint. */
import { applyMode, Mode } from "@cloudscape-design/global-styles"
import { useEffect, useSyncExternalStore } from "react"

export type Theme = "system" | "light" | "dark"

const KEY = "querycast.theme"
const listeners = new Set<() => void>()

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(onTheme, storedTheme)
  useEffect(() => apply(theme), [theme])
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)")
    const follow = () => apply(storedTheme())
    system.addEventListener("change", follow)
    return () => system.removeEventListener("change", follow)
  }, [])
  return [theme, storeTheme]
}

function onTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY)
    return stored === "light" || stored === "dark" ? stored : "system"
  } catch {
    return "system"
  }
}

function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // storage is switched off: the choice ends with the page
  }
  for (const listener of listeners) listener()
}

function apply(theme: Theme): void {
  const isDark =
    theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches)
  applyMode(isDark ? Mode.Dark : Mode.Light)
  document.documentElement.style.colorScheme = isDark ? "dark" : "light"
  document.documentElement.style.backgroundColor = ""
}
