import { expect, test } from "vitest"
import type { Config } from "../config/config"
import { TooLate } from "./authenticator"
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
  mfa: "optional",
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

const ASKS_FOR_CODE = { ChallengeName: "SOFTWARE_TOKEN_MFA", Session: "s" }

/** A sign-in that has come to the code, and what Cognito answers to it. */
async function atTheCode(...answers: { status?: number; body: unknown }[]) {
  const { pool, asked } = poolOf({ body: CHALLENGE }, { body: ASKS_FOR_CODE }, ...answers)
  const outcome = await pool.signIn("ana@example.com", "x")
  if (outcome.status !== "code") throw new Error(outcome.status)
  return { giveCode: outcome.giveCode, asked }
}

const refused = (type: string) => ({ status: 400, body: { __type: type, message: "m" } })

test("the code of an authenticator app comes after the password", async () => {
  const { giveCode, asked } = await atTheCode({ body: { AuthenticationResult: RESULT } })
  expect((await giveCode(" 123 456 ")).status).toBe("signed-in")
  expect(asked[2]?.input).toMatchObject({
    Session: "s",
    ChallengeResponses: { USERNAME: "u-1", SOFTWARE_TOKEN_MFA_CODE: "123456" },
  })
})

test("a wrong code is told without the code, and another may be given", async () => {
  const { giveCode } = await atTheCode(refused("CodeMismatchException"), {
    body: { AuthenticationResult: RESULT },
  })
  const refusal = await giveCode("123456").catch((error: Error) => error)
  expect((refusal as Error).message).toMatch(/not the code that the app shows now.*the next one/)
  expect((refusal as Error).message).not.toContain("123456")
  expect((await giveCode("654321")).status).toBe("signed-in")
})

test("a code that was used before is told like a wrong one", async () => {
  const { giveCode } = await atTheCode(refused("ExpiredCodeException"))
  await expect(giveCode("123456")).rejects.toThrow("good once")
})

test("a code that comes too late begins the sign-in again", async () => {
  const { giveCode } = await atTheCode(refused("NotAuthorizedException"))
  await expect(giveCode("123456")).rejects.toBeInstanceOf(TooLate)
})

test("who must have an app sets one up, session by session", async () => {
  const { pool, asked } = poolOf(
    { body: CHALLENGE },
    { body: { ChallengeName: "MFA_SETUP", Session: "s" } },
    { body: { SecretCode: "JBSWY3DPEHPK3PXP", Session: "associated" } },
    refused("EnableSoftwareTokenMFAException"),
    { body: { Status: "SUCCESS", Session: "verified" } },
    { body: { AuthenticationResult: RESULT } },
  )
  const outcome = await pool.signIn("ana+1@example.com", "x")
  if (outcome.status !== "set-up") throw new Error(outcome.status)
  expect(outcome.secret).toEqual({
    text: "JBSWY3DPEHPK3PXP",
    address:
      "otpauth://totp/Querycast:ana%2B1%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Querycast",
  })
  await expect(outcome.confirm("000000")).rejects.toThrow("not the code that the app shows now")
  expect((await outcome.confirm("123456")).status).toBe("signed-in")
  expect(asked.slice(2).map(({ action, input }) => [action, input.Session])).toEqual([
    ["AssociateSoftwareToken", "s"],
    ["VerifySoftwareToken", "associated"],
    ["VerifySoftwareToken", "associated"],
    ["RespondToAuthChallenge", "verified"],
  ])
})

test("an app is turned on and off for oneself", async () => {
  const { pool, asked } = poolOf(
    { body: {} },
    { body: { SecretCode: "JBSWY3DPEHPK3PXP" } },
    { body: { Status: "SUCCESS" } },
    { body: {} },
    { body: { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"] } },
    { body: {} },
  )
  const app = pool.authenticator("ana@example.com", "access")
  expect(await app.isOn()).toBe(false)
  await app.newSecret()
  await app.confirm("123 456")
  await app.turnOn()
  expect(await app.isOn()).toBe(true)
  await app.turnOff()
  expect(asked.every(({ input }) => input.AccessToken === "access")).toBe(true)
  expect(asked.at(-1)?.input.SoftwareTokenMfaSettings).toEqual({
    Enabled: false,
    PreferredMfa: false,
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
