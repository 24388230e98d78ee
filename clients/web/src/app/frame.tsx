/** What is around every page: where one is, who one is, how it looks, whether it is live. */

import AppLayoutToolbar from "@cloudscape-design/components/app-layout-toolbar"
import Button from "@cloudscape-design/components/button"
import Flashbar from "@cloudscape-design/components/flashbar"
import SideNavigation from "@cloudscape-design/components/side-navigation"
import TopNavigation from "@cloudscape-design/components/top-navigation"
import { type ReactNode, useEffect, useMemo, useState } from "react"
import { useLocation } from "react-router"
import { NOTICE_WORDS, useNoticeSetting } from "@/features/queries/notices/notice-setting"
import { connectionWords, isTroubled } from "@/shared/ui/connection"
import { useFollow } from "@/shared/ui/links"
import { useConnection, useServices, useSession } from "@/shared/ui/services"
import { type Theme, useTheme } from "@/shared/ui/theme"
import { BreadcrumbsPlaceProvider } from "./breadcrumbs"

const PLACES = [
  { type: "link" as const, text: "Reports", href: "/reports" },
  { type: "link" as const, text: "Pipelines", href: "/pipelines" },
  { type: "link" as const, text: "Agenda", href: "/agenda" },
  { type: "link" as const, text: "History", href: "/history" },
]
const THEMES: { id: Theme; text: string }[] = [
  { id: "system", text: "As the system" },
  { id: "light", text: "Light" },
  { id: "dark", text: "Dark" },
]
const NOTICES = "notices"

export function Frame({ children }: { children: ReactNode }) {
  const follow = useFollow()
  const { pathname } = useLocation()
  const [isOpen, setOpen] = useState(() => window.innerWidth > 900)
  const [element, setElement] = useState<HTMLElement | null>(null)
  const [section, setSection] = useState("")
  const place = useMemo(() => ({ element, onSection: setSection }), [element])
  // Cloudscape marks what it renders, and a browser keeps marks for as long as the page is open.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at every page, not for its path
  useEffect(() => performance.clearMarks(), [pathname])
  const named = PLACES.find(({ href }) => pathname.startsWith(href))
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <div id="top">
        <Top />
      </div>
      <AppLayoutToolbar
        headerSelector="#top"
        toolsHide
        breadcrumbs={<div ref={setElement} />}
        notifications={<ConnectionNotice />}
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigation={
          <SideNavigation activeHref={named?.href ?? section} items={PLACES} onFollow={follow} />
        }
        content={
          <div id="content" tabIndex={-1}>
            <BreadcrumbsPlaceProvider value={place}>{children}</BreadcrumbsPlaceProvider>
          </div>
        }
      />
    </>
  )
}

function ConnectionNotice() {
  const state = useConnection()
  const { realtime } = useServices()
  if (!isTroubled(state)) return null
  const { label, detail } = connectionWords(state)
  return (
    <Flashbar
      items={[
        {
          id: "connection",
          type: "warning",
          header: label,
          content: detail,
          action: <Button onClick={() => realtime.wake()}>Try now</Button>,
        },
      ]}
    />
  )
}

function Top() {
  const { config, session, realtime } = useServices()
  const connection = connectionWords(useConnection())
  const state = useSession()
  const follow = useFollow()
  const [theme, setTheme] = useTheme()
  const [notices, switchNotices] = useNoticeSetting()
  const email = state.status === "signed-in" ? state.person.email : ""
  const groups = state.status === "signed-in" ? state.person.groups.join(", ") : ""
  return (
    <TopNavigation
      identity={{
        href: "/reports",
        title: "Querycast",
        logo: { src: "/icon.svg", alt: "" },
        onFollow: (event) => follow({ ...event, detail: { href: "/reports" } } as never),
      }}
      utilities={[
        {
          type: "menu-dropdown",
          iconName: connection.icon,
          text: connection.label,
          title: `Connection: ${connection.label}`,
          description: connection.detail,
          ariaLabel: `Connection: ${connection.label}`,
          items: [{ id: "again", text: "Look again now" }],
          onItemClick: () => realtime.wake(),
        },
        {
          type: "menu-dropdown",
          iconName: "settings",
          ariaLabel: "Settings",
          title: "Settings",
          items: [
            {
              id: "theme",
              text: "Theme",
              items: THEMES.map(({ id, text }) => ({
                id,
                text,
                itemType: "checkbox" as const,
                checked: id === theme,
              })),
            },
            {
              id: NOTICES,
              text: "Notify me when a query ends",
              itemType: "checkbox" as const,
              checked: notices === "on",
              disabled: notices === "blocked" || notices === "impossible",
              secondaryText: NOTICE_WORDS[notices],
            },
          ],
          onItemClick: ({ detail }) =>
            detail.id === NOTICES ? void switchNotices() : setTheme(detail.id as Theme),
        },
        {
          type: "menu-dropdown",
          iconName: "user-profile",
          text: email,
          description: groups || "In no group",
          items: [
            ...(config.mfa === "off" ? [] : [{ id: "account", text: "Account", href: "/account" }]),
            { id: "sign-out", text: "Sign out" },
          ],
          onItemFollow: follow,
          onItemClick: ({ detail }) => {
            if (detail.id === "sign-out") void session.signOut()
          },
        },
      ]}
    />
  )
}
