/** A part of the application that is loaded when it is needed, however often the network fails. */

const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 15_000

/** What `load` gives, tried until it does: a page that was asked for offline appears after. */
export async function loadAgain<Part>(load: () => Promise<Part>, pause = PAUSE_MS): Promise<Part> {
  try {
    return await load()
  } catch {
    await untilOnlineOr(pause)
    loadStyleSheetsAgain()
    return loadAgain(load, Math.min(pause * 2, LONGEST_PAUSE_MS))
  }
}

function untilOnlineOr(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      globalThis.removeEventListener?.("online", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    globalThis.addEventListener?.("online", done)
  })
}

/** Vite asks for a part's style sheet once only: one that did not come is asked for by its copy. */
function loadStyleSheetsAgain(): void {
  for (const link of globalThis.document?.querySelectorAll<HTMLLinkElement>(
    "link[rel=stylesheet]",
  ) ?? []) {
    if (!link.sheet) link.replaceWith(link.cloneNode())
  }
}
