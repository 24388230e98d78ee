/** AppSync's side of the real-time protocol, in memory; for tests. */
import type { ClientMessage, ServiceMessage } from "./messages"
import type { Platform } from "./realtime"

export class FakeSocket {
  readyState = 0
  readonly frames: ClientMessage[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: MessageEvent) => void) | null = null
  onclose: (() => void) | null = null

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}

  send(frame: string): void {
    this.frames.push(JSON.parse(frame) as ClientMessage)
  }

  close(): void {
    this.readyState = 3
  }
}

export class FakeService {
  readonly sockets: FakeSocket[] = []
  isOnline = true
  private skipped = 0
  readonly platform: Platform

  constructor() {
    const { sockets } = this
    class Socket extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        sockets.push(this)
      }
    }
    this.platform = {
      WebSocket: Socket as unknown as Platform["WebSocket"],
      random: () => 0.5,
      now: () => Date.now() + this.skipped,
      isOnline: () => this.isOnline,
    }
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1)
    if (!last) throw new Error("Nobody has connected.")
    return last
  }

  /** The headers in the subprotocol of the last connection. */
  headers(): Record<string, string> {
    const encoded = this.socket.protocols[1]?.replace("header-", "") ?? ""
    return JSON.parse(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")))
  }

  open(): void {
    this.socket.readyState = 1
    this.socket.onopen?.()
  }

  acknowledge(connectionTimeoutMs = 300_000): void {
    this.say({ type: "connection_ack", payload: { connectionTimeoutMs } })
  }

  acknowledgeStarts(): void {
    for (const { id } of this.sent("start")) this.say({ type: "start_ack", id })
  }

  say(message: ServiceMessage): void {
    this.socket.onmessage?.({ data: JSON.stringify(message) } as MessageEvent)
  }

  lose(): void {
    this.socket.readyState = 3
    this.socket.onclose?.()
  }

  /** Time that passes while the machine sleeps: no timer runs. */
  skip(ms: number): void {
    this.skipped += ms
  }

  sent<Type extends ClientMessage["type"]>(type: Type): Extract<ClientMessage, { type: Type }>[] {
    return this.socket.frames.filter(
      (frame): frame is Extract<ClientMessage, { type: Type }> => frame.type === type,
    )
  }
}
