import { expect, test } from "vitest"
import { Refused, Unavailable } from "./errors"
import { requester } from "./request"

const DOCUMENT = { toString: () => "{ listReports { name } }" }

interface Given {
  status?: number
  body?: unknown
  text?: string
}

/** An API that answers these one after the other, and what it was asked. */
function api(...answers: (Given | Error)[]) {
  const asked: { authorization: string; body: unknown }[] = []
  const renewals: boolean[] = []
  const fetcher = async (_: unknown, init?: RequestInit) => {
    const headers = init?.headers as Record<string, string>
    asked.push({ authorization: headers.authorization ?? "", body: JSON.parse(String(init?.body)) })
    const answer = answers[asked.length - 1]
    if (!answer || answer instanceof Error) throw answer ?? new Error("one call too many")
    const text = answer.text ?? JSON.stringify(answer.body)
    return new Response(text, { status: answer.status ?? 200 })
  }
  const authorize = async (renewed = false) => {
    renewals.push(renewed)
    return renewed ? "new" : "old"
  }
  const { request } = requester("http://localhost/graphql", authorize, fetcher as typeof fetch)
  return { ask: () => request(DOCUMENT, { a: 1 }), asked, renewals }
}

test("the document, the variables and the token are sent", async () => {
  const { ask, asked } = api({ body: { data: { listReports: [] } } })
  expect(await ask()).toEqual({ listReports: [] })
  expect(asked).toEqual([
    { authorization: "old", body: { query: "{ listReports { name } }", variables: { a: 1 } } },
  ])
})

test("a refused token is renewed, and the request made again", async () => {
  const expired = { status: 401, body: { errors: [{ errorType: "UnauthorizedException" }] } }
  const { ask, asked } = api(expired, { body: { data: { ok: true } } })
  expect(await ask()).toEqual({ ok: true })
  expect(asked.map((each) => each.authorization)).toEqual(["old", "new"])
})

test("a token that is refused twice is a refusal", async () => {
  const errors = [{ errorType: "UnauthorizedException", message: "No." }]
  const { ask } = api({ status: 401, body: { errors } }, { status: 401, body: { errors } })
  await expect(ask()).rejects.toMatchObject({ type: "UnauthorizedException", message: "No." })
})

test("an error of a field has its type and its message", async () => {
  const message = "Parameter month: '2016-01' is out of range."
  const errors = [{ errorType: "InvalidParameter", message, path: ["submitQuery"] }]
  const { ask } = api({ body: { data: null, errors } })
  const refusal = await ask().catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Refused)
  expect(refusal).toMatchObject({ type: "InvalidParameter", message })
})

test.each<Given | Error>([
  new TypeError("Failed to fetch"),
  { status: 502, text: "<html>Bad gateway</html>" },
  { status: 500, body: { errors: [{ message: "broken" }] } },
  { status: 429, body: { errors: [{ errorType: "ThrottlingException", message: "slow" }] } },
  { body: { errors: [{ errorType: "WarehouseUnavailable", message: "not now" }] } },
  { status: 200, body: {} },
])("what may pass is Unavailable: %j", async (answer) => {
  await expect(api(answer).ask()).rejects.toBeInstanceOf(Unavailable)
})
