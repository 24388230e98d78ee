import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { NotSignedIn, Refused } from "./errors"
import { FakeService } from "./fake-service"
import { RealtimeClient } from "./realtime"

const DOCUMENT = { toString: () => "subscription { onQueryChange { id } }" }

let service: FakeService
let tokens: string[]
let refusals: boolean[]
let client: RealtimeClient

beforeEach(() => {
  vi.useFakeTimers()
  service = new FakeService()
  tokens = []
  refusals = []
  client = clientOf(async (renewed = false) => {
    refusals.push(renewed)
    tokens.push(`token-${tokens.length + 1}`)
    return tokens.at(-1) as string
  })
})

afterEach(() => {
  client.close()
  vi.useRealTimers()
})

function clientOf(authorize: (renewed?: boolean) => Promise<string>) {
  return new RealtimeClient(
    "ws://localhost:4000/graphql/realtime",
    "http://localhost:4000/graphql",
    authorize,
    service.platform,
  )
}

function subscribed(over = client) {
  const heard = {
    starts: 0,
    data: [] as unknown[],
    ends: [] as unknown[],
    stop: (() => {}) as () => void,
  }
  heard.stop = over.subscribe<unknown, object>(
    DOCUMENT,
    {},
    {
      onStart: () => {
        heard.starts += 1
      },
      onData: (data) => heard.data.push(data),
      onEnd: (error) => heard.ends.push(error),
    },
  )
  return heard
}

/** Let promises settle; no time passes. */
async function settle() {
  await vi.advanceTimersByTimeAsync(0)
}

async function connected() {
  const heard = subscribed()
  await settle()
  service.open()
  service.acknowledge()
  await settle()
  service.acknowledgeStarts()
  return heard
}

describe("the handshake", () => {
  test("the authorization is a subprotocol, and in no URL", async () => {
    subscribed()
    await settle()
    expect(service.socket.url).toBe("ws://localhost:4000/graphql/realtime")
    expect(service.socket.protocols[0]).toBe("graphql-ws")
    expect(service.headers()).toEqual({ host: "localhost:4000", Authorization: "token-1" })
  })

  test("nothing is started before the connection is acknowledged", async () => {
    subscribed()
    await settle()
    service.open()
    await settle()
    expect(service.sent("start")).toHaveLength(0)
    service.acknowledge()
    await settle()
    expect(service.sent("start")).toHaveLength(1)
  })

  test("a subscription stands with start_ack, not before", async () => {
    const heard = subscribed()
    await settle()
    service.open()
    service.acknowledge()
    await settle()
    expect(heard.starts).toBe(0)
    service.acknowledgeStarts()
    expect(heard.starts).toBe(1)
  })

  test("a service that does not answer is tried again", async () => {
    subscribed()
    await settle()
    service.open()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(client.state.status).toBe("waiting")
    await vi.advanceTimersByTimeAsync(1_000)
    expect(service.sockets).toHaveLength(2)
  })

  test("a start that is not acknowledged breaks the connection", async () => {
    subscribed()
    await settle()
    service.open()
    service.acknowledge()
    await settle()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(client.state.status).toBe("waiting")
  })
})

describe("the state that is shown", () => {
  test("is connected only after the service said so", async () => {
    expect(client.state.status).toBe("idle")
    subscribed()
    await settle()
    service.open()
    expect(client.state.status).toBe("connecting")
    service.acknowledge()
    expect(client.state.status).toBe("connected")
  })

  test("is quiet when a keep-alive is overdue, and connected with the next", async () => {
    await connected()
    await vi.advanceTimersByTimeAsync(75_000)
    expect(client.state.status).toBe("quiet")
    service.say({ type: "ka" })
    expect(client.state.status).toBe("connected")
  })

  test("is told to listeners", async () => {
    const seen: string[] = []
    client.onState(() => seen.push(client.state.status))
    await connected()
    service.lose()
    expect(seen).toEqual(["connecting", "connected", "waiting"])
  })

  test("is offline while the browser is", async () => {
    await connected()
    service.isOnline = false
    client.sleep()
    expect(client.state.status).toBe("offline")
    service.isOnline = true
    client.wake()
    await settle()
    expect(service.sockets).toHaveLength(2)
  })

  test("is idle when nobody subscribes any more", async () => {
    const heard = await connected()
    heard.stop()
    expect(service.sent("stop")).toHaveLength(1)
    expect(client.state.status).toBe("idle")
    expect(service.socket.readyState).toBe(3)
  })
})

describe("a lost connection", () => {
  test("is noticed by the keep-alive timeout of the service", async () => {
    subscribed()
    await settle()
    service.open()
    service.acknowledge(90_000)
    await settle()
    service.acknowledgeStarts()
    await vi.advanceTimersByTimeAsync(89_999)
    expect(service.sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_001)
    expect(service.sockets).toHaveLength(2)
  })

  test("is made again with an authorization of its own, and the subscription starts again", async () => {
    const heard = await connected()
    const before = tokens.length
    service.lose()
    await vi.advanceTimersByTimeAsync(500)
    service.open()
    service.acknowledge()
    await settle()
    service.acknowledgeStarts()
    expect(tokens.length).toBeGreaterThan(before)
    expect(service.headers().Authorization).not.toBe("token-1")
    expect(heard.starts).toBe(2)
  })

  test("is waited for longer each time, with jitter, up to a bound", async () => {
    const waits: number[] = []
    await connected()
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const count = service.sockets.length
      const from = Date.now()
      service.lose()
      while (service.sockets.length === count) await vi.advanceTimersByTimeAsync(50)
      waits.push(Date.now() - from)
    }
    expect(waits[0]).toBeLessThanOrEqual(500)
    expect(waits[3]).toBeGreaterThan(waits[0] as number)
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_050)
  })

  test("says nothing any more once another took its place", async () => {
    const heard = await connected()
    const old = service.socket
    client.sleep()
    client.wake()
    await settle()
    old.onmessage?.({
      data: '{"type":"data","id":"1","payload":{"data":{"late":1}}}',
    } as MessageEvent)
    expect(heard.data).toEqual([])
  })

  test("is looked for when the machine wakes up after a long silence", async () => {
    await connected()
    service.skip(600_000)
    client.wake()
    await settle()
    expect(service.sockets).toHaveLength(2)
  })

  test("is left alone on waking while it is lively", async () => {
    await connected()
    client.wake()
    await settle()
    expect(service.sockets).toHaveLength(1)
  })
})

describe("a refusal", () => {
  test("of the connection has the next one renew its authorization", async () => {
    subscribed()
    await settle()
    service.open()
    service.say({
      type: "connection_error",
      payload: { errors: [{ errorType: "UnauthorizedException", message: "Token has expired." }] },
    })
    expect(client.state).toMatchObject({ status: "waiting", reason: "Token has expired." })
    await vi.advanceTimersByTimeAsync(500)
    expect(refusals).toEqual([false, true])
  })

  test("of a subscription ends that one alone", async () => {
    const first = await connected()
    const second = subscribed()
    await settle()
    const id = service.sent("start").at(-1)?.id
    service.say({
      type: "error",
      id,
      payload: { errors: [{ errorType: "Unauthorized", message: "Not Authorized" }] },
    })
    expect(second.ends[0]).toBeInstanceOf(Refused)
    expect(first.ends).toEqual([])
    expect(client.state.status).toBe("connected")
  })

  test("for too many subscriptions is tried again, though errors is an object", async () => {
    const heard = await connected()
    const second = subscribed()
    await settle()
    const count = service.sent("start").length
    service.say({
      type: "error",
      id: service.sent("start").at(-1)?.id,
      payload: { errors: { errorType: "MaxSubscriptionsReachedError", message: "Max" } },
    })
    await vi.advanceTimersByTimeAsync(600)
    expect(service.sent("start").length).toBe(count + 1)
    expect(second.ends).toEqual([])
    expect(heard.ends).toEqual([])
  })

  test("to authorize for want of a session is no reason to try again", async () => {
    const signedOut = clientOf(async () => {
      throw new NotSignedIn("Nobody is signed in.")
    })
    subscribed(signedOut)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(signedOut.state.status).toBe("signed-out")
    expect(service.sockets).toHaveLength(0)
  })

  test("by complete ends the subscription without an error", async () => {
    const heard = await connected()
    service.say({ type: "complete", id: service.sent("start")[0]?.id as string })
    expect(heard.ends).toEqual([null])
  })
})

test("data reach the subscription of their id", async () => {
  const heard = await connected()
  service.say({ type: "data", id: "1", payload: { data: { onQueryChange: { id: "a" } } } })
  service.say({ type: "data", id: "77", payload: { data: { onQueryChange: { id: "b" } } } })
  expect(heard.data).toEqual([{ onQueryChange: { id: "a" } }])
})

test("frames that are no JSON, or of an unknown type, change nothing", async () => {
  const heard = await connected()
  for (const data of ["", "{", "[]", '"x"', '{"type":"news"}', "null"]) {
    service.socket.onmessage?.({ data } as MessageEvent)
  }
  expect(client.state.status).toBe("connected")
  expect(heard.ends).toEqual([])
})
