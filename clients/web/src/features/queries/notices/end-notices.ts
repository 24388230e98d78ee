/**
 * Tells of a query's end by the browser's notification, while nobody looks at a page of ours.
 *
 * Of many tabs one tells: whoever gets the lock of that query's name. A tab that is looked at holds a
 * lock of its own, by which the others know.
 * https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 */
import { isFinal, type Query, statusSign, WORDS } from "../query"

export interface NoticePlatform {
  /** Whether some tab of ours is in sight. */
  isLookedAt(): Promise<boolean>
  /** Act, unless another tab does for the same name. */
  once(name: string, act: () => void): Promise<void>
  show(title: string, tag: string, onClick: () => void): void
}

export class EndNotices {
  /** What was seen before its end: what has ended long ago is no news. */
  private readonly running = new Set<string>()

  constructor(private readonly platform: NoticePlatform) {}

  /** title: of the query's report; no more is told, for others may see the screen. */
  async take(query: Query, title: string, open: () => void): Promise<void> {
    if (!isFinal(query)) {
      this.running.add(query.id)
      return
    }
    const isNews = this.running.delete(query.id) && !query.watch
    if (!isNews || (await this.platform.isLookedAt())) return
    await this.platform.once(query.id, () =>
      this.platform.show(`${statusSign(query)} ${title}: ${WORDS[query.status]}`, query.id, open),
    )
  }
}

const LOOKED_AT = "querycast.looked-at"
const HELD_MS = 60_000 // by then every tab that is awake has heard of the end

export const browserPlatform: NoticePlatform = {
  async isLookedAt() {
    if (document.visibilityState === "visible") return true
    const { held } = await navigator.locks.query()
    return held?.some(({ name }) => name === LOOKED_AT) ?? false
  },
  async once(name, act) {
    await navigator.locks.request(`querycast.end.${name}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return
      act()
      await new Promise((resolve) => setTimeout(resolve, HELD_MS))
    })
  },
  show(title, tag, onClick) {
    try {
      const notification = new Notification(title, { tag, icon: "/icon.svg" })
      notification.onclick = () => {
        window.focus()
        notification.close()
        onClick()
      }
    } catch {
      // some browsers have them for installed applications alone
    }
  },
}

/** Hold the lock of tabs in sight for as long as this one is; the answer lets go. */
export function tellWhetherLookedAt(): () => void {
  let letGo: (() => void) | null = null
  const look = () => {
    letGo?.()
    letGo = null
    if (document.visibilityState !== "visible") return
    const hidden = new Promise<void>((resolve) => {
      letGo = resolve
    })
    void navigator.locks.request(LOOKED_AT, { mode: "shared" }, () => hidden)
  }
  look()
  document.addEventListener("visibilitychange", look)
  return () => {
    document.removeEventListener("visibilitychange", look)
    letGo?.()
  }
}
