/**
 * Who is signed in, in this tab and its siblings, and the token that says so.
 *
 * The access and identity tokens live in memory only. A reload needs something that outlives the page: that
 * is the refresh token, in this tab's sessionStorage, which ends with the tab and is on no disk of
 * ours. A new tab asks the open ones for it (BroadcastChannel: same origin only), so that a link
 * opens signed in; when the last tab closes, nothing is left. Signing out revokes it for all.
 */
import { NotSignedIn, Unavailable } from "../appsync/errors"
import { CognitoUnavailable } from "./errors"
import type { Tokens, UserPool } from "./user-pool"

const KEY = "querycast.session"
const CHANNEL = "querycast.session"
const RENEW_BEFORE_MS = 5 * 60_000
const RETRY_MS = 30_000
const SIBLINGS_MS = 250 // that other tabs have to answer

export interface Person {
  id: string
  email: string
  groups: string[]
}

export type SessionState =
  | { status: "restoring" }
  | { status: "signed-out"; notice?: string }
  | { status: "signed-in"; person: Person }

type TabMessage = { type: "who" } | { type: "here"; refreshToken: string } | { type: "signed-out" }

/** What of the browser it needs; tests give another. */
export interface SessionPlatform {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">
  channel: Pick<BroadcastChannel, "postMessage"> & {
    onmessage: ((event: MessageEvent) => void) | null
  }
  now(): number
}

export function browserPlatform(): SessionPlatform {
  return { storage: sessionStorage, channel: new BroadcastChannel(CHANNEL), now: Date.now }
}

const ENDED = "Your session has ended. Sign in again to go on where you were."

export class Session {
  private current: SessionState = { status: "restoring" }
  private tokens: Tokens | null = null
  private renewing: Promise<Tokens> | null = null
  private timer?: ReturnType<typeof setTimeout>
  private readonly listeners = new Set<() => void>()
  private signOuts = 0 // so that a renewal that was under way does not sign in again
  private heardOf: ((refreshToken: string) => void) | null = null

  constructor(
    private readonly pool: UserPool,
    private readonly platform: SessionPlatform,
  ) {
    platform.channel.onmessage = (event) => this.hear(event.data as TabMessage)
  }

  get state(): SessionState {
    return this.current
  }

  /** Whether somebody was signed in before the page was loaded: they are again in a moment. */
  get isKept(): boolean {
    return this.platform.storage.getItem(KEY) !== null
  }

  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Go on where the page, or another tab, was. */
  async restore(): Promise<void> {
    const refreshToken = this.platform.storage.getItem(KEY) ?? (await this.fromSiblings())
    if (!refreshToken) return this.become({ status: "signed-out" })
    await this.adopt(refreshToken)
  }

  signedIn(tokens: Tokens): void {
    this.keep(tokens)
    this.tell({ type: "here", refreshToken: tokens.refreshToken })
  }

  /** Ends the session here, in the other tabs and at Cognito. */
  async signOut(): Promise<void> {
    const refreshToken = this.tokens?.refreshToken
    this.forget()
    this.tell({ type: "signed-out" })
    if (!refreshToken) return
    try {
      await this.pool.revoke(refreshToken)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.become({
        status: "signed-out",
        notice: `You are signed out of this browser, but the service could not be told: ${message}`,
      })
    }
  }

  /**
   * The access token, renewed where its end is near. `renewed`: the one before was refused.
   * @throws NotSignedIn, Unavailable
   */
  authorize = async (renewed = false): Promise<string> => {
    const { tokens } = this
    if (!tokens) throw new NotSignedIn("Nobody is signed in.")
    const left = tokens.expiresAt - this.platform.now()
    if (!renewed && left > RENEW_BEFORE_MS) return tokens.accessToken
    try {
      return (await this.renew(tokens.refreshToken)).accessToken
    } catch (error) {
      if (error instanceof Unavailable && !renewed && left > 0) return tokens.accessToken
      throw error
    }
  }

  private async adopt(refreshToken: string): Promise<void> {
    try {
      await this.renew(refreshToken)
    } catch (error) {
      if (!(error instanceof Unavailable)) return
      // Perhaps Cognito answers in a moment: the session may be as good as ever.
      this.timer = setTimeout(() => void this.adopt(refreshToken), RETRY_MS / 10)
    }
  }

  private renew(refreshToken: string): Promise<Tokens> {
    this.renewing ??= this.renewed(refreshToken).finally(() => {
      this.renewing = null
    })
    return this.renewing
  }

  private async renewed(refreshToken: string): Promise<Tokens> {
    try {
      const before = this.signOuts
      const tokens = await this.pool.renew(refreshToken)
      if (this.signOuts !== before) throw new NotSignedIn("You signed out meanwhile.")
      this.keep(tokens)
      return tokens
    } catch (error) {
      if (error instanceof NotSignedIn) throw error
      if (error instanceof CognitoUnavailable) throw new Unavailable(error.message)
      this.forget(ENDED)
      throw new NotSignedIn(ENDED)
    }
  }

  private keep(tokens: Tokens): void {
    this.tokens = tokens
    this.platform.storage.setItem(KEY, tokens.refreshToken)
    this.renewInTime(tokens.expiresAt - this.platform.now() - RENEW_BEFORE_MS)
    this.become({ status: "signed-in", person: personOf(tokens) })
  }

  private renewInTime(delay: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(
      () => {
        this.authorize().catch((error) => {
          if (error instanceof Unavailable) this.renewInTime(RETRY_MS)
        })
      },
      Math.max(delay, RETRY_MS),
    )
  }

  private forget(notice?: string): void {
    clearTimeout(this.timer)
    this.signOuts += 1
    this.tokens = null
    this.platform.storage.removeItem(KEY)
    this.become({ status: "signed-out", notice })
  }

  private fromSiblings(): Promise<string | null> {
    return new Promise((resolve) => {
      const done = (refreshToken: string | null) => {
        clearTimeout(timer)
        this.heardOf = null
        resolve(refreshToken)
      }
      const timer = setTimeout(() => done(null), SIBLINGS_MS)
      this.heardOf = done
      this.tell({ type: "who" })
    })
  }

  private hear(message: TabMessage): void {
    switch (message.type) {
      case "who":
        if (this.tokens) this.tell({ type: "here", refreshToken: this.tokens.refreshToken })
        return
      case "here":
        if (this.heardOf) return this.heardOf(message.refreshToken)
        if (this.current.status === "signed-out") void this.adopt(message.refreshToken)
        return
      case "signed-out":
        if (this.current.status === "signed-in") this.forget("You signed out in another tab.")
    }
  }

  private tell(message: TabMessage): void {
    this.platform.channel.postMessage(message)
  }

  private become(state: SessionState): void {
    if (JSON.stringify(state) === JSON.stringify(this.current)) return
    this.current = state
    for (const listener of [...this.listeners]) listener()
  }
}

/** What the identity token says; for display only, the API checks by itself. */
export function personOf(tokens: Pick<Tokens, "idToken">): Person {
  const payload = tokens.idToken.split(".")[1] ?? ""
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
    c.charCodeAt(0),
  )
  const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
  const groups = claims["cognito:groups"]
  return {
    id: String(claims.sub ?? ""),
    email: String(claims.email ?? claims["cognito:username"] ?? ""),
    groups: Array.isArray(groups) ? groups.map(String) : [],
  }
}
