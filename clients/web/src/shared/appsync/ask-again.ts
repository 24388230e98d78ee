/** What may be asked more than once, for an id of our own makes it the same. */
import { Unavailable } from "./errors"

const PAUSES_MS = [500, 1_000, 2_000, 4_000]

/**
 * The answer, asked for again while none comes.
 * @throws Refused, NotSignedIn, and Unavailable in the end
 */
export async function askAgain<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const pause of PAUSES_MS) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  return ask()
}
