/** The whole: who is signed in decides between the way in and the pages. */
import Box from "@cloudscape-design/components/box"
import ErrorBoundary from "@cloudscape-design/components/error-boundary"
import { I18nProvider } from "@cloudscape-design/components/i18n"
import messages from "@cloudscape-design/components/i18n/messages/all.en"
import Spinner from "@cloudscape-design/components/spinner"
import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { lazy, Suspense, useEffect, useState } from "react"
import { BrowserRouter } from "react-router"
import { SignInPage } from "@/features/sign-in/sign-in-page"
import { Unavailable } from "@/shared/appsync/errors"
import { loadAgain } from "@/shared/ui/load-again"
import { type Services, ServicesProvider, useServices, useSession } from "@/shared/ui/services"
import { useTheme } from "@/shared/ui/theme"

/** The pages of who is signed in; asked for beforehand where somebody was, for they come in a moment. */
export const loadSignedInApp = () =>
  loadAgain(async () => ({ default: (await import("./signed-in-app")).SignedInApp }))
const SignedInApp = lazy(loadSignedInApp)

export function App({ services }: { services: Services }) {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <ServicesProvider value={services}>
        <BrowserRouter>
          <ByWhoIsThere />
        </BrowserRouter>
      </ServicesProvider>
    </I18nProvider>
  )
}

function ByWhoIsThere() {
  const session = useSession()
  useTheme()
  switch (session.status) {
    case "restoring":
      return <Restoring />
    case "signed-out":
      return <SignInPage notice={session.notice} />
    case "signed-in":
      return <OfOnePerson key={session.person.id} />
  }
}

function Restoring() {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 3_000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Box textAlign="center" padding="xxxl">
      <main>
        <Spinner size="large" />
        {isLong && <p>The sign-in service does not answer yet; we keep asking.</p>}
      </main>
    </Box>
  )
}

/** What was read for one person is gone with them: cache, pushes and connection. */
function OfOnePerson() {
  const { realtime } = useServices()
  const [cache] = useState(newCache)
  useEffect(
    () => () => {
      cache.clear()
      realtime.close()
    },
    [cache, realtime],
  )
  return (
    <QueryClientProvider client={cache}>
      <ErrorBoundary onError={() => undefined}>
        <Suspense fallback={<Restoring />}>
          <SignedInApp />
        </Suspense>
      </ErrorBoundary>
    </QueryClientProvider>
  )
}

function newCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => error instanceof Unavailable && count < 4,
        refetchOnWindowFocus: false, // pushes tell what changes
        networkMode: "always", // our own errors say more than a query that waits
      },
    },
  })
}
