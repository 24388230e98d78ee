/**
 * A client as a process: a command per line in, an event per line out, as JSON.
 *
 * Commands: `request` {document, variables} and `follow` {subscription, query, variables}.
 * Events: `answer` and `read` {data}, `push` {data}, `refused` {error}: what the user's code sees.
 */
import { createInterface } from 'node:readline'

/** What this client connects to: {url, apiKey}, and more for some. */
export const settings = JSON.parse(process.argv[2])

export function emit(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** Obey until the commands end. */
export async function obey(client) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...details } = JSON.parse(line)
    client[command](details)
  }
  process.exit(0)
}
