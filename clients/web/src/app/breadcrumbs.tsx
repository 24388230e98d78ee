/** Where one is, in the bar above the page: each page says it, the frame has the place for it. */
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group"
import { createContext, useContext } from "react"
import { createPortal } from "react-dom"
import { useFollow } from "@/shared/ui/links"

const BreadcrumbsPlace = createContext<HTMLElement | null>(null)

export const BreadcrumbsPlaceProvider = BreadcrumbsPlace.Provider

/** items: the last one is the page itself. */
export function Breadcrumbs({ items }: { items: { text: string; href: string }[] }) {
  const place = useContext(BreadcrumbsPlace)
  const follow = useFollow()
  return place && createPortal(<BreadcrumbGroup items={items} onFollow={follow} />, place)
}
