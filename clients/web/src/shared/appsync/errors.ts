/**
 * What can go wrong between us and the API.
 *
 *   ApiError
 *   |- Unavailable   no answer, or the service cannot now: trying again may help
 *   |- Refused       the service says no; `type` is its errorType, the message is for people
 *   `- NotSignedIn   the session has ended
 */

export class ApiError extends Error {}

export class Unavailable extends ApiError {}

export class NotSignedIn extends ApiError {}

export class Refused extends ApiError {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message)
  }
}

export interface WireError {
  errorType?: string | null
  errorCode?: number | null
  message?: string | null
}

/** AppSync sends `errors` as a list, and some as one object. */
export function wireErrors(payload: unknown): WireError[] {
  const errors = (payload as { errors?: unknown } | null | undefined)?.errors
  if (Array.isArray(errors)) return errors as WireError[]
  return errors && typeof errors === "object" ? [errors as WireError] : []
}

const UNAUTHORIZED = ["UnauthorizedException", "Unauthorized"]
const PASSING = [
  "ThrottlingException",
  "LimitExceededError",
  "MaxSubscriptionsReachedError",
  "WarehouseUnavailable",
  "GroupsUnavailable",
]

export function isUnauthorized(error: WireError): boolean {
  const type = (error.errorType ?? "").split("#").at(-1) ?? ""
  return error.errorCode === 401 || UNAUTHORIZED.includes(type)
}

/** The first error of an answer, as one of ours. */
export function apiError(errors: readonly WireError[]): ApiError {
  const [first] = errors
  const type = first?.errorType ?? "Error"
  const message = first?.message ?? "The service gave no reason."
  return PASSING.includes(type) ? new Unavailable(message) : new Refused(type, message)
}
