/**
 * Calls of Cognito's user pools, over plain HTTPS.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
 */
import { CognitoUnavailable, cognitoError } from "./errors"

const TIMEOUT_MS = 20_000

export class CognitoApi {
  constructor(
    private readonly url: string,
    private readonly fetcher: typeof fetch = (...given) => fetch(...given),
  ) {}

  /** @throws CognitoError, CognitoUnavailable */
  async call<Answer>(action: string, input: object): Promise<Answer> {
    let answer: Response
    let document: unknown
    try {
      answer = await this.fetcher(this.url, {
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
