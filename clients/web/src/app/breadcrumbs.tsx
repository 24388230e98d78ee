/** Where one is, in the bar above the page: each page says it, the frame has the place for it. */
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group"
import { createContext, useContext, useEffect } from "react"
import { createPortal } from "react-dom"
import { useFollow } from "@/shared/ui/links"

/** onSection: told the address of the section in which the page is. */
interface Place {
  element: HTMLElement | null
  onSection(href: string): void
}

const BreadcrumbsPlace = createContext<Place>({ element: null, onSection: () => undefined })

export const BreadcrumbsPlaceProvider = BreadcrumbsPlace.Provider

/** items: the first one is the section, the last one the page itself. */
export function Breadcrumbs({ items }: { items: { text: string; href: string }[] }) {
  const { element, onSection } = useContext(BreadcrumbsPlace)
  const follow = useFollow()
  const section = items[0]?.href ?? ""
  useEffect(() => onSection(section), [section, onSection])
  return element && createPortal(<BreadcrumbGroup items={items} onFollow={follow} />, element)
}
