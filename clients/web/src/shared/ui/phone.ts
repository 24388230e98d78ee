/** Whether there is only as much room as on a phone: tables then have their facts below each other. */
import { useSyncExternalStore } from "react"

const PHONE = "(width <= 600px)"

export function isPhone(): boolean {
  return matchMedia(PHONE).matches
}

export function usePhone(): boolean {
  return useSyncExternalStore(onTurn, isPhone)
}

function onTurn(listener: () => void): () => void {
  const media = matchMedia(PHONE)
  media.addEventListener("change", listener)
  return () => media.removeEventListener("change", listener)
}
