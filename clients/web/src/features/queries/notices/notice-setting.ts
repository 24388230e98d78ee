/** Whether this browser tells of queries' ends: only where somebody has switched it on. */
import { useSyncExternalStore } from "react"

export type NoticeSetting = "on" | "off" | "blocked" | "impossible"

const KEY = "querycast.notices"
const listeners = new Set<() => void>()

export const NOTICE_WORDS: Record<NoticeSetting, string> = {
  on: "This browser tells you while Querycast is in the background.",
  off: "The browser asks you first. It tells the report and whether it finished, no values.",
  blocked: "This browser blocks notifications from here; its settings for this site allow them.",
  impossible: "This browser cannot show notifications from this address.",
}

export function useNoticeSetting(): [NoticeSetting, () => Promise<void>] {
  return [useSyncExternalStore(onSetting, noticeSetting), switchIt]
}

export function noticeSetting(): NoticeSetting {
  if (!("Notification" in window) || !("locks" in navigator)) return "impossible"
  if (Notification.permission === "denied") return "blocked"
  return isStored() && Notification.permission === "granted" ? "on" : "off"
}

function onSetting(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener("storage", listener) // another tab has switched it
  return () => {
    listeners.delete(listener)
    window.removeEventListener("storage", listener)
  }
}

async function switchIt(): Promise<void> {
  const isWanted = noticeSetting() === "off"
  if (isWanted) await Notification.requestPermission()
  store(isWanted && Notification.permission === "granted")
  for (const listener of listeners) listener()
}

function isStored(): boolean {
  try {
    return localStorage.getItem(KEY) === "on"
  } catch {
    return false
  }
}

function store(isOn: boolean): void {
  try {
    if (isOn) localStorage.setItem(KEY, "on")
    else localStorage.removeItem(KEY)
  } catch {
    // storage is switched off, and so are notices
  }
}
