/**
 * One public client of one Cognito user pool.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
 */
import type { Config } from "../config/config"
import { Authenticator, type AuthenticatorSecret, digits, inOurWords } from "./authenticator"
import { CognitoApi } from "./cognito-api"
import { CognitoError } from "./errors"
import { ephemeral, type PasswordChallenge, passwordClaim } from "./srp"

export interface Tokens {
  accessToken: string
  idToken: string
  refreshToken: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/**
 * What signing in leads to: tokens, the wish for a password of one's own, for the code of one's
 * authenticator app, or for an app to be set up.
 */
export type SignedIn =
  | { status: "signed-in"; tokens: Tokens }
  | { status: "new-password"; setPassword(password: string): Promise<SignedIn> }
  | { status: "code"; giveCode(code: string): Promise<SignedIn> }
  | { status: "set-up"; secret: AuthenticatorSecret; confirm(code: string): Promise<SignedIn> }

/** Who is signing in. `id`: as Cognito names them. */
interface User {
  email: string
  id: string
}

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
  private readonly api: CognitoApi

  constructor(
    private readonly config: Config,
    fetcher?: typeof fetch,
    private readonly now: () => number = Date.now,
  ) {
    this.api = new CognitoApi(config.cognitoUrl, fetcher)
  }

  /** @throws CognitoError, of type UserNotConfirmedException where the code is still to be given. */
  async signIn(email: string, password: string): Promise<SignedIn> {
    const ours = ephemeral()
    const answer = await this.api.call<AuthAnswer>("InitiateAuth", {
      AuthFlow: "USER_SRP_AUTH",
      ClientId: this.config.userPoolClientId,
      AuthParameters: { USERNAME: email, SRP_A: ours.publicValue },
    })
    if (answer.ChallengeName !== "PASSWORD_VERIFIER")
      return this.outcome(answer, { email, id: email })
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
    const user = { email, id: challenge.USER_ID_FOR_SRP }
    return this.outcome(await this.respond(answer, responses), user)
  }

  async renew(refreshToken: string): Promise<Tokens> {
    const answer = await this.api.call<AuthAnswer>("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: this.config.userPoolClientId,
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    })
    return this.tokens(answer, refreshToken)
  }

  /** Makes the refresh token, and what came of it, worthless. */
  async revoke(refreshToken: string): Promise<void> {
    await this.api.call("RevokeToken", {
      Token: refreshToken,
      ClientId: this.config.userPoolClientId,
    })
  }

  /** The app of who has this access token. */
  authenticator(email: string, accessToken: string): Authenticator {
    return new Authenticator(this.api, email, { AccessToken: accessToken })
  }

  async signUp(email: string, password: string): Promise<void> {
    await this.api.call("SignUp", {
      ClientId: this.config.userPoolClientId,
      Username: email,
      Password: password,
      UserAttributes: [{ Name: "email", Value: email }],
    })
  }

  async confirmSignUp(email: string, code: string): Promise<void> {
    await this.api.call("ConfirmSignUp", { ...this.of(email), ConfirmationCode: code })
  }

  async resendCode(email: string): Promise<void> {
    await this.api.call("ResendConfirmationCode", this.of(email))
  }

  async forgotPassword(email: string): Promise<void> {
    await this.api.call("ForgotPassword", this.of(email))
  }

  async confirmForgotPassword(email: string, code: string, password: string): Promise<void> {
    const given = { ...this.of(email), ConfirmationCode: code, Password: password }
    await this.api.call("ConfirmForgotPassword", given)
  }

  private of(email: string) {
    return { ClientId: this.config.userPoolClientId, Username: email }
  }

  private respond(asked: AuthAnswer, responses: Record<string, string>): Promise<AuthAnswer> {
    return this.api.call<AuthAnswer>("RespondToAuthChallenge", {
      ClientId: this.config.userPoolClientId,
      ChallengeName: asked.ChallengeName,
      ChallengeResponses: responses,
      Session: asked.Session,
    })
  }

  private async outcome(answer: AuthAnswer, user: User): Promise<SignedIn> {
    const next = async (responses: Record<string, string>, session = answer.Session) => {
      const given = { USERNAME: user.id, ...responses }
      return this.outcome(await this.respond({ ...answer, Session: session }, given), user)
    }
    switch (answer.ChallengeName) {
      case "NEW_PASSWORD_REQUIRED":
        return { status: "new-password", setPassword: (chosen) => next({ NEW_PASSWORD: chosen }) }
      case "SOFTWARE_TOKEN_MFA":
        return {
          status: "code",
          giveCode: (code) =>
            inOurWords(() => next({ SOFTWARE_TOKEN_MFA_CODE: digits(code) }), true),
        }
      case "MFA_SETUP": {
        const app = new Authenticator(this.api, user.email, { Session: answer.Session ?? "" })
        return {
          status: "set-up",
          secret: await app.newSecret(),
          confirm: (code) => inOurWords(async () => next({}, await app.confirm(code)), true),
        }
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
}
