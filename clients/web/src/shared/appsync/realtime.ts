/**
 * Subscriptions over one WebSocket, which is made again whenever it is lost.
 *
 * A subscription stands once the service has acknowledged it (`start_ack`), not before; after every
 * reconnect `onStart` is called again, for events may have been missed in between. Each connection
 * has an authorization of its own, computed when it is made. `state` is what is known, no more: a
 * connection that has been silent for longer than keep-alives take is `quiet`, not `connected`.
 * https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
 */
import {
  type ApiError,
  apiError,
  isUnauthorized,
  NotSignedIn,
  Unavailable,
  wireErrors,
} from "./errors"
import { type ClientMessage, headerSubprotocol, parsed, type ServiceMessage } from "./messages"
import type { Authorize, TypedDocument } from "./request"

const ACK_MS = 15_000 // for the handshake, and for each start
const QUIET_MS = 75_000 // AppSync sends a keep-alive about every 60 s
const TIMEOUT_MS = 300_000 // where the service's ack does not say
const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 15_000

export type ConnectionState =
  | { status: "idle" } // nobody subscribes
  | { status: "connecting"; attempt: number }
  | { status: "connected" }
  | { status: "quiet" } // open, but no keep-alive came when it should have
  | { status: "waiting"; attempt: number; reason: string } // disconnected; tries again by itself
  | { status: "offline" } // the browser says that there is no network
  | { status: "signed-out" }

export interface Handlers<Data> {
  onStart(): void
  onData(data: Data): void
  /** The service refused the subscription, or ended it; it is over. */
  onEnd(error: ApiError | null): void
}

interface Subscription {
  data: string
  handlers: Handlers<unknown>
  acknowledged: boolean
  startTimer?: Timer
  retry: number
}

type Timer = ReturnType<typeof setTimeout>

/** What of the browser it needs; tests give another. */
export interface Platform {
  WebSocket: new (url: string, protocols: string[]) => WebSocket
  random(): number
  now(): number
  isOnline(): boolean
}

const BROWSER: Platform = {
  get WebSocket() {
    return globalThis.WebSocket
  },
  random: Math.random,
  now: Date.now,
  isOnline: () => navigator.onLine,
}

export class RealtimeClient {
  private socket: WebSocket | null = null
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly listeners = new Set<() => void>()
  private current: ConnectionState = { status: "idle" }
  private attempt = 0
  private nextId = 1
  private generation = 0 // of the connection; what an older one says is not heard
  private isAcknowledged = false
  private wasRefused = false
  private lastFrameAt = 0
  private timeoutMs = TIMEOUT_MS
  private handshakeTimer?: Timer
  private retryTimer?: Timer
  private quietTimer?: Timer
  private deadTimer?: Timer
  private host: string

  constructor(
    private readonly realtimeUrl: string,
    graphqlUrl: string,
    private readonly authorize: Authorize,
    private readonly platform: Platform = BROWSER,
  ) {
    this.host = new URL(graphqlUrl).host
  }

  get state(): ConnectionState {
    return this.current
  }

  /** Calls back at every change of `state`; the answer ends that. */
  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Subscribe, and stay subscribed until the answer is called. */
  subscribe<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    handlers: Handlers<Data>,
  ): () => void {
    const id = String(this.nextId++)
    const data = JSON.stringify({ query: document.toString(), variables })
    const subscription = {
      data,
      handlers: handlers as Handlers<unknown>,
      acknowledged: false,
      retry: 0,
    }
    this.subscriptions.set(id, subscription)
    if (this.isAcknowledged) void this.start(id, subscription)
    else if (!this.socket && !this.retryTimer && this.current.status !== "connecting")
      this.connect()
    return () => this.unsubscribe(id)
  }

  /** The network is back, or the machine woke up: do not wait for timers that slept too. */
  wake(): void {
    const silent = this.platform.now() - this.lastFrameAt
    if (this.subscriptions.size === 0) return
    if (this.isAcknowledged && silent < QUIET_MS) return
    this.attempt = 0
    this.reconnect("Looking whether the connection still stands.", 0)
  }

  /** The browser says that the network is gone. */
  sleep(): void {
    if (this.subscriptions.size === 0) return
    this.drop()
    this.become({ status: "offline" })
  }

  /** End every subscription and the connection. */
  close(): void {
    for (const subscription of this.subscriptions.values()) clearTimeout(subscription.startTimer)
    this.subscriptions.clear()
    this.drop()
    this.attempt = 0
    this.become({ status: "idle" })
  }

  private unsubscribe(id: string): void {
    const subscription = this.subscriptions.get(id)
    if (!subscription) return
    clearTimeout(subscription.startTimer)
    this.subscriptions.delete(id)
    if (this.isAcknowledged) this.send({ type: "stop", id })
    if (this.subscriptions.size === 0) this.close()
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation
    this.retryTimer = undefined
    this.become({ status: "connecting", attempt: this.attempt })
    let token: string
    try {
      token = await this.authorize(this.wasRefused)
    } catch (error) {
      if (generation === this.generation) this.notAuthorized(error)
      return
    }
    if (generation !== this.generation) return
    this.open(generation, { host: this.host, Authorization: token })
  }

  private open(generation: number, headers: Record<string, string>): void {
    const protocols = ["graphql-ws", headerSubprotocol(headers)]
    const socket = new this.platform.WebSocket(this.realtimeUrl, protocols)
    const isOurs = () => generation === this.generation
    this.socket = socket
    this.handshakeTimer = setTimeout(() => {
      if (isOurs()) this.reconnect("The service did not answer.")
    }, ACK_MS)
    socket.onopen = () => {
      if (isOurs()) this.send({ type: "connection_init" })
    }
    socket.onmessage = (event) => {
      if (isOurs()) this.hear(parsed(event.data))
    }
    socket.onclose = () => {
      if (isOurs()) this.reconnect("The connection was lost.")
    }
  }

  private notAuthorized(error: unknown): void {
    if (error instanceof NotSignedIn) {
      this.drop()
      this.become({ status: "signed-out" })
    } else {
      this.reconnect(error instanceof Error ? error.message : String(error))
    }
  }

  private hear(message: ServiceMessage | null): void {
    this.heard()
    switch (message?.type) {
      case "connection_ack":
        return this.acknowledged(message.payload?.connectionTimeoutMs)
      case "connection_error":
        return this.refused(message.payload)
      case "start_ack":
        return this.started(message.id)
      case "data":
        return this.deliver(message.id, message.payload)
      case "error":
        return message.id ? this.failed(message.id, message.payload) : this.refused(message.payload)
      case "complete":
        return this.end(message.id, null)
    }
  }

  /** Any frame is a sign of life. */
  private heard(): void {
    this.lastFrameAt = this.platform.now()
    clearTimeout(this.quietTimer)
    clearTimeout(this.deadTimer)
    if (!this.isAcknowledged) return
    if (this.current.status === "quiet") this.become({ status: "connected" })
    this.watchSilence()
  }

  private watchSilence(): void {
    this.quietTimer = setTimeout(() => this.become({ status: "quiet" }), QUIET_MS)
    this.deadTimer = setTimeout(
      () => this.reconnect(`Nothing came for ${Math.round(this.timeoutMs / 1000)} s.`),
      this.timeoutMs,
    )
  }

  private acknowledged(timeoutMs?: number): void {
    clearTimeout(this.handshakeTimer)
    this.isAcknowledged = true
    this.wasRefused = false
    this.timeoutMs = timeoutMs || TIMEOUT_MS
    this.become({ status: "connected" })
    this.watchSilence()
    for (const [id, subscription] of this.subscriptions) void this.start(id, subscription)
  }

  private async start(id: string, subscription: Subscription): Promise<void> {
    const generation = this.generation
    subscription.acknowledged = false
    let token: string
    try {
      token = await this.authorize()
    } catch (error) {
      if (generation === this.generation) this.notAuthorized(error)
      return
    }
    if (generation !== this.generation || !this.subscriptions.has(id)) return
    subscription.startTimer = setTimeout(
      () => this.reconnect("The service did not acknowledge a subscription."),
      ACK_MS,
    )
    const authorization = { host: this.host, Authorization: token }
    this.send({
      type: "start",
      id,
      payload: { data: subscription.data, extensions: { authorization } },
    })
  }

  private started(id: string): void {
    const subscription = this.subscriptions.get(id)
    if (!subscription) return
    clearTimeout(subscription.startTimer)
    subscription.acknowledged = true
    subscription.retry = 0
    this.attempt = 0
    subscription.handlers.onStart()
  }

  private deliver(id: string, payload: { data?: unknown }): void {
    if (payload.data) this.subscriptions.get(id)?.handlers.onData(payload.data)
  }

  private failed(id: string, payload: unknown): void {
    const errors = wireErrors(payload)
    const subscription = this.subscriptions.get(id)
    if (!subscription) return
    clearTimeout(subscription.startTimer)
    const isTokenRefused = errors.some((error) => error.errorType === "UnauthorizedException")
    if (isTokenRefused && subscription.retry++ === 0) {
      this.wasRefused = true
      this.reconnect("The service refused an old authorization.", 0)
      return
    }
    const error = apiError(errors)
    if (!(error instanceof Unavailable)) return this.end(id, error)
    subscription.startTimer = setTimeout(
      () => void this.start(id, subscription),
      this.backoff(++subscription.retry),
    )
  }

  private end(id: string, error: ApiError | null): void {
    const subscription = this.subscriptions.get(id)
    if (!subscription) return
    clearTimeout(subscription.startTimer)
    this.subscriptions.delete(id)
    subscription.handlers.onEnd(error)
    if (this.subscriptions.size === 0) this.close()
  }

  private refused(payload: unknown): void {
    const errors = wireErrors(payload)
    this.wasRefused = errors.some(isUnauthorized)
    this.reconnect(errors[0]?.message ?? "The service refused the connection.")
  }

  private reconnect(reason: string, delay?: number): void {
    this.drop()
    if (this.subscriptions.size === 0) return
    if (!this.platform.isOnline()) return this.become({ status: "offline" })
    this.attempt += 1
    this.become({ status: "waiting", attempt: this.attempt, reason })
    this.retryTimer = setTimeout(() => void this.connect(), delay ?? this.backoff(this.attempt))
  }

  /** Half of it fixed and half random, so that many clients do not come back at once. */
  private backoff(attempt: number): number {
    const longest = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS)
    return longest / 2 + (this.platform.random() * longest) / 2
  }

  private drop(): void {
    this.generation += 1
    this.isAcknowledged = false
    for (const timer of [this.handshakeTimer, this.retryTimer, this.quietTimer, this.deadTimer]) {
      clearTimeout(timer)
    }
    this.retryTimer = undefined
    for (const subscription of this.subscriptions.values()) {
      clearTimeout(subscription.startTimer)
      subscription.acknowledged = false
    }
    const { socket } = this
    this.socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close(1000)
    }
  }

  private send(message: ClientMessage): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(message))
  }

  private become(state: ConnectionState): void {
    if (JSON.stringify(state) === JSON.stringify(this.current)) return
    this.current = state
    for (const listener of [...this.listeners]) listener()
  }
}
