/** What this deployment is: read once from /config.json, which is no part of the build. No secrets. */

export interface Config {
  graphqlUrl: string
  realtimeUrl: string
  region: string
  userPoolId: string
  userPoolClientId: string
  /** Where Cognito answers: AWS's own address of the Region, or an emulator's. */
  cognitoUrl: string
  /** Whether people may make an account themselves. */
  selfSignUp: boolean
  /** Whether signing in takes a code of an authenticator app, besides the password. */
  mfa: Mfa
}

export type Mfa = "off" | "optional" | "required"

export class ConfigError extends Error {}

/**
 * @throws ConfigError: there is none, or it lacks something; the message says what.
 */
export async function loadConfig(fetcher: typeof fetch = fetch): Promise<Config> {
  let document: unknown
  try {
    const answer = await fetcher("/config.json", { cache: "no-store" })
    if (!answer.ok) throw new ConfigError(await explained(answer))
    document = await answer.json()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError("The server did not answer with its configuration. Is it running?")
  }
  return checked(document)
}

async function explained(answer: Response): Promise<string> {
  const text = (await answer.text()).trim()
  return text && text.length < 300 ? text : `/config.json answered ${answer.status}.`
}

function checked(document: unknown): Config {
  const given = (document ?? {}) as Partial<Record<keyof Config, unknown>>
  const text = (name: keyof Config): string => {
    const value = given[name]
    if (typeof value === "string" && value) return value
    throw new ConfigError(`/config.json has no ${name}; see docs/web.md.`)
  }
  const region = text("region")
  return {
    graphqlUrl: text("graphqlUrl"),
    realtimeUrl: text("realtimeUrl"),
    region,
    userPoolId: text("userPoolId"),
    userPoolClientId: text("userPoolClientId"),
    cognitoUrl: given.cognitoUrl
      ? text("cognitoUrl")
      : `https://cognito-idp.${region}.amazonaws.com/`,
    selfSignUp: given.selfSignUp === true,
    mfa: given.mfa === "optional" || given.mfa === "required" ? given.mfa : "off",
  }
}
