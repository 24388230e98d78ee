/** Where one is on the way in; each step is a form of its own. */
import type { SignedIn } from "@/shared/cognito/user-pool"

export type Step =
  | { name: "sign-in"; email?: string; notice?: string }
  | { name: "sign-up"; email?: string }
  | { name: "confirm"; email: string; password?: string }
  | { name: "forgot"; email?: string }
  | { name: "reset"; email: string }
  | { [Status in Challenge["status"]]: StepOfChallenge<Status> }[Challenge["status"]]

type Challenge = Exclude<SignedIn, { status: "signed-in" }>
interface StepOfChallenge<Status> {
  name: Status
  challenge: Extract<Challenge, { status: Status }>
}

/** What the pool's policy asks of a password; null where nothing is missing. */
export function passwordProblem(password: string): string | null {
  const missing = RULES.filter(([pattern]) => !pattern.test(password)).map(([, words]) => words)
  if (missing.length === 0) return null
  return `Still needs ${new Intl.ListFormat("en").format(missing)}.`
}

export const PASSWORD_RULE =
  "At least 12 characters, with small and capital letters, a digit and a symbol."

const RULES: [RegExp, string][] = [
  [/^.{12,}$/su, "12 characters"],
  [/\p{Ll}/u, "a small letter"],
  [/\p{Lu}/u, "a capital letter"],
  [/\d/, "a digit"],
  [/[^\p{L}\d\s]/u, "a symbol"],
]

export function emailProblem(email: string): string | null {
  return /^[^\s@]+@[^\s@]+$/.test(email) ? null : "Give an e-mail address."
}
