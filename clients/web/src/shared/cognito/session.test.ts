import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { NotSignedIn, Unavailable } from "../appsync/errors"
import { CognitoError, CognitoUnavailable } from "./errors"
import { Session, type SessionPlatform } from "./session"
import type { Tokens, UserPool } from "./user-pool"

const HOUR = 3_600_000

/** A pool that gives token after token, and does as it is told by `failure`. */
class FakePool {
  renewals: string[] = []
  revoked: string[] = []
  failure: Error | null = null
  held: Promise<void> | null = null

  async renew(refreshToken: string): Promise<Tokens> {
    this.renewals.push(refreshToken)
    await this.held
    if (this.failure) throw this.failure
    return tokens(`access-${this.renewals.length}`, refreshToken)
  }

  async revoke(refreshToken: string): Promise<void> {
    this.revoked.push(refreshToken)
    if (this.failure) throw this.failure
  }
}

function tokens(accessToken: string, refreshToken = "refresh-1"): Tokens {
  const claims = { sub: "u-1", email: "ana@example.com", "cognito:groups": ["analysts"] }
  const idToken = `x.${btoa(JSON.stringify(claims))}.x`
  return { accessToken, idToken, refreshToken, expiresAt: Date.now() + HOUR }
}

/** Tabs of one origin: each its storage, one channel. */
class FakeBrowser {
  private readonly tabs = new Set<SessionPlatform["channel"]>()

  platform(): SessionPlatform & { stored: Map<string, string> } {
    const stored = new Map<string, string>()
    const channel: SessionPlatform["channel"] = {
      onmessage: null,
      postMessage: (data) => {
        for (const tab of this.tabs) if (tab !== channel) tab.onmessage?.({ data } as MessageEvent)
      },
    }
    this.tabs.add(channel)
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    }
    return { storage, channel, stored, now: Date.now }
  }
}

let pool: FakePool
let browser: FakeBrowser
let platform: ReturnType<FakeBrowser["platform"]>
let session: Session

beforeEach(() => {
  vi.useFakeTimers()
  pool = new FakePool()
  browser = new FakeBrowser()
  platform = browser.platform()
  session = sessionOn(platform)
})

afterEach(() => vi.useRealTimers())

function sessionOn(given: SessionPlatform): Session {
  return new Session(pool as unknown as UserPool, given)
}

test("who signed in is known by the identity token", () => {
  session.signedIn(tokens("access-0"))
  expect(session.state).toEqual({
    status: "signed-in",
    person: { id: "u-1", email: "ana@example.com", groups: ["analysts"] },
  })
})

test("nothing but the refresh token is stored", () => {
  session.signedIn(tokens("access-0"))
  expect([...platform.stored.values()]).toEqual(["refresh-1"])
})

test("a reload goes on with the refresh token", async () => {
  session.signedIn(tokens("access-0"))
  const reloaded = sessionOn(platform)
  await reloaded.restore()
  expect(reloaded.state.status).toBe("signed-in")
  expect(pool.renewals).toEqual(["refresh-1"])
})

test("without one, nobody is signed in", async () => {
  const restoring = session.restore()
  await vi.advanceTimersByTimeAsync(250)
  await restoring
  expect(session.state.status).toBe("signed-out")
})

test("a new tab has the session of an open one", async () => {
  session.signedIn(tokens("access-0"))
  const other = sessionOn(browser.platform())
  await other.restore()
  expect(other.state.status).toBe("signed-in")
})

test("signing out revokes the refresh token and ends the other tabs' sessions", async () => {
  session.signedIn(tokens("access-0"))
  const other = sessionOn(browser.platform())
  await other.restore()
  await session.signOut()
  expect(pool.revoked).toEqual(["refresh-1"])
  expect(other.state.status).toBe("signed-out")
  expect(platform.stored.size).toBe(0)
  await expect(other.authorize()).rejects.toBeInstanceOf(NotSignedIn)
})

test("a sign-out that the service could not be told says so", async () => {
  session.signedIn(tokens("access-0"))
  pool.failure = new CognitoUnavailable("no answer")
  await session.signOut()
  expect(session.state).toMatchObject({ status: "signed-out", notice: /could not be told/ })
})

test("a token that is valid for long is used as it is", async () => {
  session.signedIn(tokens("access-0"))
  expect(await session.authorize()).toBe("access-0")
  expect(pool.renewals).toEqual([])
})

test("the session renews itself five minutes before the token's end", async () => {
  session.signedIn(tokens("access-0"))
  await vi.advanceTimersByTimeAsync(HOUR - 5 * 60_000)
  expect(pool.renewals).toEqual(["refresh-1"])
  expect(await session.authorize()).toBe("access-1")
})

test("a token that was refused is renewed, once for all who ask", async () => {
  session.signedIn(tokens("access-0"))
  const asked = await Promise.all([session.authorize(true), session.authorize(true)])
  expect(asked).toEqual(["access-1", "access-1"])
  expect(pool.renewals).toHaveLength(1)
})

test("while Cognito does not answer, a token that still works is used", async () => {
  session.signedIn(tokens("access-0"))
  await vi.advanceTimersByTimeAsync(HOUR - 6 * 60_000)
  pool.failure = new CognitoUnavailable("no answer")
  await vi.advanceTimersByTimeAsync(3 * 60_000)
  expect(await session.authorize()).toBe("access-0")
  await vi.advanceTimersByTimeAsync(4 * 60_000)
  await expect(session.authorize()).rejects.toBeInstanceOf(Unavailable)
  expect(session.state.status).toBe("signed-in")
})

test("a session that Cognito has ended is over, with a reason", async () => {
  session.signedIn(tokens("access-0"))
  pool.failure = new CognitoError("NotAuthorizedException", "Refresh Token has been revoked")
  await expect(session.authorize(true)).rejects.toBeInstanceOf(NotSignedIn)
  expect(session.state).toMatchObject({ status: "signed-out", notice: /has ended/ })
  expect(platform.stored.size).toBe(0)
})

test("who signs out while the token is being renewed stays signed out", async () => {
  session.signedIn(tokens("access-0"))
  let answer = () => {}
  pool.held = new Promise((resolve) => {
    answer = resolve
  })
  const asked = session.authorize(true)
  void session.signOut()
  answer()
  await expect(asked).rejects.toBeInstanceOf(NotSignedIn)
  expect(session.state.status).toBe("signed-out")
  expect(platform.stored.size).toBe(0)
})
