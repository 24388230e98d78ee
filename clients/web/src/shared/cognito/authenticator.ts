/**
 * An authenticator app as second factor: codes of six digits by time (TOTP, RFC 6238).
 *
 * The app and Cognito share a secret, which Cognito makes and shows once. A code proves that the app
 * has it, and from then on one is asked for after the password.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
 */
import type { CognitoApi } from "./cognito-api"
import { CognitoError } from "./errors"

const ISSUER = "Querycast" // what the app lists the secret under
const FACTOR = "SOFTWARE_TOKEN_MFA"
const WRONG_CODE =
  "This is not the code that the app shows now. Each is good once, for half a minute: try the next " +
  "one, and see whether the clock of the app's device is right."
const WORDS: Readonly<Record<string, string>> = {
  CodeMismatchException: WRONG_CODE,
  EnableSoftwareTokenMFAException: WRONG_CODE,
  ExpiredCodeException: WRONG_CODE, // it was used before
  NotAuthorizedException: "Your sign-in is no longer good. Sign out, and in again.",
  SoftwareTokenMFANotFoundException: "Authenticator apps are not used here.",
}

/** What the app is given. `text`: in base32, as people type it; `address`: as apps read it. */
export interface AuthenticatorSecret {
  text: string
  address: string
}

/** Who asks: somebody signed in, or somebody who must set an app up to sign in. */
type Proof = { AccessToken: string } | { Session: string }

export class Authenticator {
  constructor(
    private readonly api: CognitoApi,
    private readonly email: string,
    private proof: Proof,
  ) {}

  /** One for the app, which counts once a code is confirmed. */
  async newSecret(): Promise<AuthenticatorSecret> {
    const answer = await this.call<{ SecretCode: string }>("AssociateSoftwareToken", {})
    return secretOf(this.email, answer.SecretCode)
  }

  /**
   * Shows that the app has the secret; gives the session to go on with, where one is signing in.
   * @throws CognitoError: a wrong code; another may be tried.
   */
  async confirm(code: string): Promise<string | undefined> {
    const given = { UserCode: digits(code) }
    const answer = await this.call<{ Status: string }>("VerifySoftwareToken", given)
    if (answer.Status !== "SUCCESS") throw new CognitoError("CodeMismatchException", WRONG_CODE)
    return "Session" in this.proof ? this.proof.Session : undefined
  }

  /** Whether a code is asked for after the password. */
  async isOn(): Promise<boolean> {
    const answer = await this.call<{ UserMFASettingList?: string[] }>("GetUser", {})
    return answer.UserMFASettingList?.includes(FACTOR) ?? false
  }

  async turnOn(): Promise<void> {
    await this.prefer(true)
  }

  async turnOff(): Promise<void> {
    await this.prefer(false)
  }

  private async prefer(isOn: boolean): Promise<void> {
    const settings = { Enabled: isOn, PreferredMfa: isOn }
    await this.call("SetUserMFAPreference", { SoftwareTokenMfaSettings: settings })
  }

  private async call<Answer>(action: string, input: object): Promise<Answer> {
    const isSigningIn = "Session" in this.proof
    return inOurWords(async () => {
      const answer = await this.api.call<Answer & { Session?: string }>(action, {
        ...this.proof,
        ...input,
      })
      if (isSigningIn && answer.Session) this.proof = { Session: answer.Session }
      return answer
    }, isSigningIn)
  }
}

/** https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function secretOf(email: string, text: string): AuthenticatorSecret {
  const label = `${ISSUER}:${encodeURIComponent(email)}`
  return { text, address: `otpauth://totp/${label}?secret=${text}&issuer=${ISSUER}` }
}

/** The code as Cognito takes it; apps show it in two halves. */
export function digits(code: string): string {
  return code.replaceAll(/\s/g, "")
}

/** What Cognito refuses, saying what to do next; while one signs in, a session may have expired. */
export async function inOurWords<Answer>(
  ask: () => Promise<Answer>,
  isSigningIn: boolean,
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error
    if (isSigningIn && error.type === "NotAuthorizedException") throw new TooLate()
    throw new CognitoError(error.type, WORDS[error.type] ?? error.message)
  }
}

/** The session of a sign-in has expired: it begins again. */
export class TooLate extends CognitoError {
  constructor() {
    super("NotAuthorizedException", "That took more than ten minutes. Sign in again.")
  }
}
