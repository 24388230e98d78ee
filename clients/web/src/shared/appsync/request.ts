/**
 * Queries and mutations: one POST each.
 * https://docs.aws.amazon.com/appsync/latest/devguide/using-your-api.html
 */
import { ApiError, apiError, Unavailable, type WireError, wireErrors } from "./errors"

const TIMEOUT_MS = 35_000 // AppSync gives up after 30 s

/** A document whose result and variables are known; codegen's TypedDocumentString is one. */
export interface TypedDocument<Result, Variables> {
  toString(): string
  __apiType?: (variables: Variables) => Result
}

/** A token for the Authorization header; `renewed`: the one before was refused. */
export type Authorize = (renewed?: boolean) => Promise<string>

export interface Requester {
  request<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Result>
}

export function requester(
  graphqlUrl: string,
  authorize: Authorize,
  fetcher: typeof fetch = (...given) => fetch(...given),
): Requester {
  async function post(body: string, token: string, signal?: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    try {
      const answer = await fetcher(graphqlUrl, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: token },
        body,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      return { status: answer.status, document: await jsonOf(answer) }
    } catch (error) {
      if (signal?.aborted) throw error
      if (error instanceof ApiError) throw error
      throw new Unavailable("The service does not answer. Check your connection; we keep trying.")
    }
  }

  return {
    async request(document, variables, signal) {
      const body = JSON.stringify({ query: document.toString(), variables })
      let answer = await post(body, await authorize(), signal)
      if (answer.status === 401) answer = await post(body, await authorize(true), signal)
      return resultOf(answer)
    },
  }
}

interface Answer {
  status: number
  document: unknown
}

async function jsonOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  try {
    return JSON.parse(text)
  } catch {
    throw new Unavailable(`The service answered ${answer.status} without JSON.`)
  }
}

function resultOf<Result>({ status, document }: Answer): Result {
  const errors: WireError[] = wireErrors(document)
  if (status === 429 || status >= 500) {
    throw new Unavailable(errors[0]?.message ?? `The service answered ${status}.`)
  }
  if (errors.length > 0) throw apiError(errors)
  const data = (document as { data?: Result } | null)?.data
  if (status !== 200 || !data) throw new Unavailable(`The service answered ${status} without data.`)
  return data
}
