/** The time, for what is counted while one looks at it. */
import { useEffect, useState } from "react"

/** Milliseconds since 1970, renewed `everyMs` while `isRunning`. */
export function useNow(isRunning: boolean, everyMs = 200): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [isRunning, everyMs])
  return now
}
