/** Where in the agenda one is: the view, the day and the zone, in the address. */
import { useMemo } from "react"
import { useSearchParams } from "react-router"
import { useNow } from "@/shared/ui/now"
import { isPhone } from "@/shared/ui/phone"
import { dayOf, isZone, ownZone } from "@/shared/ui/zones"
import { firstDayOfWeek, isDay, VIEWS, type View } from "./view"

export interface Place {
  view: View
  day: string
  zone: string
  today: string
  weekStart: number
}

/** The reader's zone, today and a month (on a phone a list) where the address says nothing. */
export function usePlace(): [Place, (changed: Partial<Place>) => void] {
  const [search, setSearch] = useSearchParams()
  const now = useNow(true, 60_000)
  const zone = zoneIn(search)
  const today = dayOf(new Date(now).toISOString(), zone)
  const view = VIEWS.find((each) => each === search.get("view")) ?? usual()
  const date = search.get("date")
  const day = isDay(date) ? date : today
  const weekStart = useMemo(() => firstDayOfWeek(navigator.language), [])
  const go = (changed: Partial<Place>) => {
    const after = new URLSearchParams(search)
    if (changed.view) after.set("view", changed.view)
    if (changed.day) after.set("date", changed.day)
    if (changed.zone === ownZone()) after.delete("zone")
    else if (changed.zone) after.set("zone", changed.zone)
    setSearch(after)
  }
  return [{ view, day, zone, today, weekStart }, go]
}

function usual(): View {
  return isPhone() ? "list" : "month"
}

function zoneIn(search: URLSearchParams): string {
  const named = search.get("zone")
  return named && isZone(named) ? named : ownZone()
}
