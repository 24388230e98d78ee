/**
 * Frames of AppSync's real-time protocol, with their direction.
 * https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
 */

/** Client to service. */
export type ClientMessage =
  | { type: "connection_init" }
  | { type: "start"; id: string; payload: { data: string; extensions: { authorization: Headers } } }
  | { type: "stop"; id: string }

/** Service to client. */
export type ServiceMessage =
  | { type: "connection_ack"; payload?: { connectionTimeoutMs?: number } }
  | { type: "connection_error"; payload?: unknown }
  | { type: "ka" }
  | { type: "start_ack"; id: string }
  | { type: "data"; id: string; payload: { data?: unknown; errors?: unknown } }
  | { type: "error"; id?: string; payload?: unknown }
  | { type: "complete"; id: string }

export type Headers = Record<string, string>

export function parsed(frame: unknown): ServiceMessage | null {
  if (typeof frame !== "string") return null
  try {
    const message: unknown = JSON.parse(frame)
    return message && typeof message === "object" ? (message as ServiceMessage) : null
  } catch {
    return null
  }
}

/** The authorization as a subprotocol, so that it is in no URL and in no log. */
export function headerSubprotocol(headers: Headers): string {
  const bytes = new TextEncoder().encode(JSON.stringify(headers))
  const base64 = btoa(String.fromCharCode(...bytes))
  return `header-${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`
}
