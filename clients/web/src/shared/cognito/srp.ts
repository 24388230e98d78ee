/**
 * Secure Remote Password, as Cognito speaks it: the password proves itself and never travels.
 * https://datatracker.ietf.org/doc/html/rfc5054, group of 3072 bits; key derivation as in
 * https://github.com/aws-amplify/amplify-js/tree/main/packages/auth/src/foundation/srp
 */

const N = BigInt(
  "0x" +
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
)
const G = 2n
const INFO = "Caldera Derived Key"
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")

/** Our half of the exchange. `publicValue`: SRP_A, in hexadecimal. */
export interface Ephemeral {
  secret: bigint
  publicValue: string
}

/** ChallengeParameters of PASSWORD_VERIFIER. */
export interface PasswordChallenge {
  SRP_B: string
  SALT: string
  SECRET_BLOCK: string
  USER_ID_FOR_SRP: string
}

export function ephemeral(
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(128)),
): Ephemeral {
  const secret = integer(random) % N
  return { secret, publicValue: power(G, secret, N).toString(16) }
}

/** What RespondToAuthChallenge wants: PASSWORD_CLAIM_SIGNATURE and the TIMESTAMP in it. */
export async function passwordClaim(
  poolId: string,
  password: string,
  ours: Ephemeral,
  challenge: PasswordChallenge,
  now = new Date(),
): Promise<{ signature: string; timestamp: string }> {
  const pool = poolId.split("_")[1] ?? ""
  const user = challenge.USER_ID_FOR_SRP
  const key = await sharedKey(`${pool}${user}:${password}`, ours, challenge)
  const stamp = timestamp(now)
  const block = Uint8Array.from(atob(challenge.SECRET_BLOCK), (c) => c.charCodeAt(0))
  const message = joined(text(pool), text(user), block, text(stamp))
  const signature = await hmac(key, message)
  return { signature: btoa(String.fromCharCode(...signature)), timestamp: stamp }
}

/** `Tue Nov 3 06:22:55 UTC 2026`: the day without a leading zero. */
export function timestamp(now: Date): string {
  const time = now.toISOString().slice(11, 19)
  const day = `${DAYS[now.getUTCDay()]} ${MONTHS[now.getUTCMonth()]} ${now.getUTCDate()}`
  return `${day} ${time} UTC ${now.getUTCFullYear()}`
}

async function sharedKey(
  identity: string,
  ours: Ephemeral,
  challenge: PasswordChallenge,
): Promise<Uint8Array> {
  const theirs = BigInt(`0x${challenge.SRP_B}`)
  if (theirs % N === 0n) throw new Error("The service's half of the exchange is not valid.")
  const k = integer(await hash(joined(padded(N), padded(G))))
  const u = integer(await hash(joined(padded(BigInt(`0x${ours.publicValue}`)), padded(theirs))))
  const salt = padded(BigInt(`0x${challenge.SALT}`))
  const x = integer(await hash(joined(salt, await hash(text(identity)))))
  const base = (((theirs - k * power(G, x, N)) % N) + N) % N
  const s = power(base, ours.secret + u * x, N)
  const pseudoRandom = await hmac(padded(u), padded(s))
  return (await hmac(pseudoRandom, joined(text(INFO), Uint8Array.of(1)))).slice(0, 16)
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** Big-endian, positive in two's complement: a zero byte before a first bit that is set. */
function padded(value: bigint): Uint8Array {
  const digits = value.toString(16)
  const even = digits.length % 2 ? `0${digits}` : digits
  const signed = /^[89a-f]/i.test(even) ? `00${even}` : even
  return Uint8Array.from(signed.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`)
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

async function hash(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(bytes)))
}

async function hmac(key: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" }
  const imported = await crypto.subtle.importKey("raw", joined(key), algorithm, false, ["sign"])
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, joined(message)))
}
