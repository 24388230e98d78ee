/** Cloudscape's links, followed by the router: no page is loaded anew. */
import type { LinkProps } from "@cloudscape-design/components/link"
import Link from "@cloudscape-design/components/link"
import { useCallback } from "react"
import { useNavigate } from "react-router"

interface Follow {
  detail: { href?: string; external?: boolean }
  preventDefault(): void
}

/** For `onFollow` of anything Cloudscape that has a link. */
export function useFollow(): (event: Follow) => void {
  const navigate = useNavigate()
  return useCallback(
    (event) => {
      const { href, external } = event.detail
      if (!href || external) return
      event.preventDefault()
      void navigate(href)
    },
    [navigate],
  )
}

export function PageLink(props: Omit<LinkProps, "onFollow">) {
  const follow = useFollow()
  return <Link {...props} onFollow={follow} />
}
