/**
 * One public client of one Cognito user pool, over plain HTTPS.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
 */
import type { Config } from "../config/config"
import { CognitoError, CognitoUnavailable, cognitoError } from "./errors"
import { ephemeral, type PasswordChallenge, passwordClaim } from "./srp"

const TIMEOUT_MS = 20_000

export interface Tokens {
  accessToken: string
  idToken: string
  refreshToken: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** What signing in leads to: tokens, or the wish for a password of one's own. */
export type SignedIn =
  | { status: "signed-in"; tokens: Tokens }
  | { status: "new-password"; setPassword(password: string): Promise<SignedIn> }

interface AuthAnswer {
  AuthenticationResult?: {
    AccessToken: string
    IdToken: string
    RefreshToken?: string
    ExpiresIn: number
  }
  ChallengeName?: string
  ChallengeParameters?: Record<string, string>
  Session?: string
}

export class UserPool {
  constructor(
    private readonly config: Config,
    private readonly fetcher: typeof fetch = (...given) => fetch(...given),
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws CognitoError, of type UserNotConfirmedException where the code is still to be given. */
  async signIn(email: string, password: string): Promise<SignedIn> {
    const ours = ephemeral()
    const answer = await this.call<AuthAnswer>("InitiateAuth", {
      AuthFlow: "USER_SRP_AUTH",
      ClientId: this.config.userPoolClientId,
      AuthParameters: { USERNAME: email, SRP_A: ours.publicValue },
    })
    if (answer.ChallengeName !== "PASSWORD_VERIFIER") return this.outcome(answer, email)
    const challenge = answer.ChallengeParameters as unknown as PasswordChallenge
    const claim = await passwordClaim(
      this.config.userPoolId,
      password,
      ours,
      challenge,
      new Date(this.now()),
    )
    const responses = {
      USERNAME: challenge.USER_ID_FOR_SRP,
      PASSWORD_CLAIM_SECRET_BLOCK: challenge.SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: claim.signature,
      TIMESTAMP: claim.timestamp,
    }
    return this.outcome(await this.respond(answer, responses), challenge.USER_ID_FOR_SRP)
  }

  async renew(refreshToken: string): Promise<Tokens> {
    const answer = await this.call<AuthAnswer>("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: this.config.userPoolClientId,
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    })
    return this.tokens(answer, refreshToken)
  }

  /** Makes the refresh token, and what came of it, worthless. */
  async revoke(refreshToken: string): Promise<void> {
    await this.call("RevokeToken", { Token: refreshToken, ClientId: this.config.userPoolClientId })
  }

  async signUp(email: string, password: string): Promise<void> {
    await this.call("SignUp", {
      ClientId: this.config.userPoolClientId,
      Username: email,
      Password: password,
      UserAttributes: [{ Name: "email", Value: email }],
    })
  }

  async confirmSignUp(email: string, code: string): Promise<void> {
    await this.call("ConfirmSignUp", { ...this.of(email), ConfirmationCode: code })
  }

  async resendCode(email: string): Promise<void> {
    await this.call("ResendConfirmationCode", this.of(email))
  }

  async forgotPassword(email: string): Promise<void> {
    await this.call("ForgotPassword", this.of(email))
  }

  async confirmForgotPassword(email: string, code: string, password: string): Promise<void> {
    const given = { ...this.of(email), ConfirmationCode: code, Password: password }
    await this.call("ConfirmForgotPassword", given)
  }

  private of(email: string) {
    return { ClientId: this.config.userPoolClientId, Username: email }
  }

  private respond(asked: AuthAnswer, responses: Record<string, string>): Promise<AuthAnswer> {
    return this.call<AuthAnswer>("RespondToAuthChallenge", {
      ClientId: this.config.userPoolClientId,
      ChallengeName: asked.ChallengeName,
      ChallengeResponses: responses,
      Session: asked.Session,
    })
  }

  private outcome(answer: AuthAnswer, username: string): SignedIn {
    if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED") {
      return {
        status: "new-password",
        setPassword: async (password) =>
          this.outcome(
            await this.respond(answer, { USERNAME: username, NEW_PASSWORD: password }),
            username,
          ),
      }
    }
    if (!answer.AuthenticationResult) {
      const wanted = answer.ChallengeName ?? "something else"
      throw new CognitoError(wanted, `The account asks for ${wanted}, which this page cannot do.`)
    }
    return { status: "signed-in", tokens: this.tokens(answer, "") }
  }

  private tokens({ AuthenticationResult: result }: AuthAnswer, refreshToken: string): Tokens {
    if (!result) throw new CognitoError("NotAuthorizedException", "The session has ended.")
    return {
      accessToken: result.AccessToken,
      idToken: result.IdToken,
      refreshToken: result.RefreshToken ?? refreshToken,
      expiresAt: this.now() + result.ExpiresIn * 1000,
    }
  }

  private async call<Answer>(action: string, input: object): Promise<Answer> {
    let answer: Response
    let document: unknown
    try {
      answer = await this.fetcher(this.config.cognitoUrl, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AWSCognitoIdentityProviderService.${action}`,
        },
        body: JSON.stringify(input),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const body = await answer.text()
      document = body ? JSON.parse(body) : {}
    } catch {
      throw new CognitoUnavailable("The sign-in service does not answer. Check your connection.")
    }
    if (!answer.ok) throw cognitoError(answer.status, document)
    return document as Answer
  }
}
