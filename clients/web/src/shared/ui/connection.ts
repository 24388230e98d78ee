/** What is known of the live connection, in words and not only in colour. */
import type { IconProps } from "@cloudscape-design/components/icon"
import type { ConnectionState } from "../appsync/realtime"

export interface ConnectionWords {
  icon: IconProps.Name
  label: string
  detail: string
}

export function connectionWords(state: ConnectionState): ConnectionWords {
  switch (state.status) {
    case "connected":
      return {
        icon: "status-positive",
        label: "Live",
        detail: "Changes appear here as they happen.",
      }
    case "quiet":
      return {
        icon: "status-warning",
        label: "No sign of life",
        detail: "The connection is open, but the service has been silent for longer than usual.",
      }
    case "connecting":
      return {
        icon: "status-in-progress",
        label: "Connecting",
        detail: "Waiting for the service's answer.",
      }
    case "waiting":
      return {
        icon: "status-warning",
        label: "Reconnecting",
        detail: `${state.reason} We try again by ourselves, and then read what was missed.`,
      }
    case "offline":
      return {
        icon: "status-negative",
        label: "Offline",
        detail: "This browser has no network. What is shown may be old; it is read again after.",
      }
    case "signed-out":
      return { icon: "status-stopped", label: "Signed out", detail: "Sign in to see changes." }
    case "idle":
      return { icon: "status-stopped", label: "Not connected", detail: "Nothing is watched." }
  }
}

/** Whether one should be told without asking: a first lost connection mends itself in a moment. */
export function isTroubled(state: ConnectionState): boolean {
  switch (state.status) {
    case "offline":
    case "quiet":
      return true
    case "waiting":
    case "connecting":
      return state.attempt > 1
    default:
      return false
  }
}
