/** srp-vector.json: computed by Python's integers from RFC 5054, as a server would. */
import { expect, test } from "vitest"
import { ephemeral, passwordClaim, timestamp } from "./srp"
import vector from "./srp-vector.json"

const ours = ephemeral(Uint8Array.from({ length: 128 }, (_, index) => index + 1))
const when = new Date(Date.UTC(2026, 10, 6, 6, 7, 8))

test("our half is the group's, raised to our secret", async () => {
  const bytes = new TextEncoder().encode(ours.publicValue)
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
  expect(hex).toBe(vector.publicValueSha256)
})

test("the claim is the one that the service computes", async () => {
  const claim = await passwordClaim(vector.poolId, vector.password, ours, vector.challenge, when)
  expect(claim).toEqual({ timestamp: vector.timestamp, signature: vector.signature })
})

test("another password makes another claim", async () => {
  const claim = await passwordClaim(vector.poolId, "Correct-horse-8", ours, vector.challenge, when)
  expect(claim.signature).not.toBe(vector.signature)
})

test("a service's half of zero, with which any password would do, is refused", async () => {
  const zero = { ...vector.challenge, SRP_B: "0" }
  await expect(passwordClaim(vector.poolId, "x", ours, zero, when)).rejects.toThrow("not valid")
})

test("secrets differ each time", () => {
  expect(ephemeral().publicValue).not.toBe(ephemeral().publicValue)
})

test("the day of a timestamp has no leading zero", () => {
  expect(timestamp(when)).toBe("Fri Nov 6 06:07:08 UTC 2026")
})
