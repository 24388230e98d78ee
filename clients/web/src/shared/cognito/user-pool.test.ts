import { expect, test } from "vitest"
import type { Config } from "../config/config"
import { CognitoError, CognitoUnavailable } from "./errors"
import { UserPool } from "./user-pool"

const CONFIG: Config = {
  graphqlUrl: "http://localhost:4000/graphql",
  realtimeUrl: "ws://localhost:4000/graphql/realtime",
  region: "us-east-1",
  userPoolId: "us-east-1_example",
  userPoolClientId: "client",
  cognitoUrl: "http://127.0.0.1:4566/",
  selfSignUp: true,
}

/** A pool whose Cognito answers these one after the other; and what it was asked. */
function poolOf(...answers: { status?: number; body: unknown }[]) {
  const asked: { action: string; input: Record<string, unknown> }[] = []
  const fetcher = (async (_: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>
    const action = headers["x-amz-target"]?.split(".")[1] ?? ""
    asked.push({ action, input: JSON.parse(String(init.body)) })
    const answer = answers[asked.length - 1]
    if (!answer) throw new TypeError("Failed to fetch")
    return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 })
  }) as unknown as typeof fetch
  return { pool: new UserPool(CONFIG, fetcher, () => 1_000), asked }
}

const RESULT = { AccessToken: "access", IdToken: "id", RefreshToken: "refresh", ExpiresIn: 3600 }
const CHALLENGE = {
  ChallengeName: "PASSWORD_VERIFIER",
  ChallengeParameters: { SRP_B: "1f", SALT: "2a", SECRET_BLOCK: "AAAA", USER_ID_FOR_SRP: "u-1" },
}

test("the password is in nothing that is sent to sign in", async () => {
  const { pool, asked } = poolOf({ body: CHALLENGE }, { body: { AuthenticationResult: RESULT } })
  const outcome = await pool.signIn("ana@example.com", "Correct-horse-7-battery")
  expect(outcome).toMatchObject({ status: "signed-in", tokens: { expiresAt: 3_601_000 } })
  expect(asked.map(({ action }) => action)).toEqual(["InitiateAuth", "RespondToAuthChallenge"])
  expect(JSON.stringify(asked)).not.toContain("Correct-horse")
})

test("a first password is replaced by one's own", async () => {
  const wish = { ChallengeName: "NEW_PASSWORD_REQUIRED", Session: "s" }
  const { pool, asked } = poolOf(
    { body: CHALLENGE },
    { body: wish },
    { body: { AuthenticationResult: RESULT } },
  )
  const outcome = await pool.signIn("ana@example.com", "First-horse-1-battery")
  if (outcome.status !== "new-password") throw new Error(outcome.status)
  expect((await outcome.setPassword("Own-horse-2-battery")).status).toBe("signed-in")
  expect(asked[2]?.input).toMatchObject({
    Session: "s",
    ChallengeResponses: { USERNAME: "u-1", NEW_PASSWORD: "Own-horse-2-battery" },
  })
})

test("a challenge that the page cannot answer is named", async () => {
  const { pool } = poolOf({ body: CHALLENGE }, { body: { ChallengeName: "SMS_MFA" } })
  await expect(pool.signIn("ana@example.com", "x")).rejects.toThrow("asks for SMS_MFA")
})

test("a renewal without a new refresh token keeps the old one", async () => {
  const { RefreshToken: _, ...renewed } = RESULT
  const { pool } = poolOf({ body: { AuthenticationResult: renewed } })
  expect((await pool.renew("refresh")).refreshToken).toBe("refresh")
})

test.each([
  ["NotAuthorizedException", "Incorrect username or password.", /or the password is wrong/],
  ["NotAuthorizedException", "User is disabled.", /User is disabled/],
  ["CodeMismatchException", "Invalid code", /not the code that was sent/],
  ["InvalidPasswordException", "Password not long enough", /Password not long enough/],
])("%s (%s) is said so that one knows what to do", async (type, message, words) => {
  const { pool } = poolOf({ status: 400, body: { __type: type, message } })
  const refusal = await pool.confirmSignUp("ana@example.com", "1").catch((error: Error) => error)
  expect(refusal).toBeInstanceOf(CognitoError)
  expect((refusal as Error).message).toMatch(words)
})

test.each([
  { status: 500, body: {} },
  { status: 400, body: { __type: "TooManyRequestsException" } },
])("what may pass is no refusal: %j", async (answer) => {
  await expect(poolOf(answer).pool.renew("x")).rejects.toBeInstanceOf(CognitoUnavailable)
})

test("no answer is no refusal", async () => {
  await expect(poolOf().pool.renew("x")).rejects.toBeInstanceOf(CognitoUnavailable)
})
