/** What takes long to draw, or is yet to be loaded, comes when the rest is on the screen. */
import { type ReactNode, Suspense, startTransition, useEffect, useState } from "react"

/** fallback: as large, so that nothing jumps. */
export function AfterPaint({ fallback, children }: { fallback: ReactNode; children: ReactNode }) {
  const [isPainted, setPainted] = useState(false)
  useEffect(() => {
    // The frame comes before it is painted; a transition begins in a task of its own, so after it.
    const frame = requestAnimationFrame(() => startTransition(() => setPainted(true)))
    return () => cancelAnimationFrame(frame)
  }, [])
  return <Suspense fallback={fallback}>{isPainted ? children : fallback}</Suspense>
}
