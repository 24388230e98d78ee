/** Why Cognito said no. `type` is its exception's name; the message is for the person who signs in. */
export class CognitoError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message)
  }
}

/** Cognito did not answer, or asks us to slow down. */
export class CognitoUnavailable extends Error {}

const WORDS: Readonly<Record<string, string>> = {
  NotAuthorizedException: "The e-mail address or the password is wrong.",
  UserNotFoundException: "The e-mail address or the password is wrong.",
  UsernameExistsException: "There is an account with this e-mail address. Sign in instead.",
  CodeMismatchException: "This is not the code that was sent. Look again, or have a new one sent.",
  ExpiredCodeException: "The code is no longer valid. Have a new one sent.",
  PasswordResetRequiredException: "The password must be reset: choose “Forgot password?”.",
}
const PASSING = ["TooManyRequestsException", "LimitExceededException", "InternalErrorException"]

export function cognitoError(status: number, document: unknown): CognitoError | CognitoUnavailable {
  const given = (document ?? {}) as { __type?: string; message?: string; Message?: string }
  const type = (given.__type ?? `HTTP ${status}`).split("#").at(-1) ?? ""
  const message = given.message ?? given.Message ?? ""
  if (PASSING.includes(type) || status >= 500 || status === 429) {
    return new CognitoUnavailable(
      type === "LimitExceededException" || type === "TooManyRequestsException"
        ? "Too many attempts. Wait a while, then try again."
        : "Signing in is not possible now. Try again in a moment.",
    )
  }
  const isDisabled = type === "NotAuthorizedException" && /disabled|exceeded/i.test(message)
  return new CognitoError(
    type,
    (!isDisabled && WORDS[type]) || message || `Cognito refused: ${type}.`,
  )
}
