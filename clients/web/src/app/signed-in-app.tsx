/** Every page there is, in the frame around them. */
import { lazy, Suspense, useEffect } from "react"
import { Navigate, Route, Routes } from "react-router"
import { QueryFeedProvider } from "@/features/queries/use-feed"
import { loadAgain } from "@/shared/ui/load-again"
import { useServices } from "@/shared/ui/services"
import { Frame } from "./frame"
import { Loading } from "./pages/loading"
import { NotFoundPage } from "./pages/not-found-page"
import { TellOfEnds } from "./tell-of-ends"

const pages = {
  account: () =>
    loadAgain(async () => ({ default: (await import("./pages/account-page")).AccountPage })),
  agenda: () =>
    loadAgain(async () => ({ default: (await import("./pages/agenda-page")).AgendaPage })),
  catalogue: () =>
    loadAgain(async () => ({ default: (await import("./pages/catalogue-page")).CataloguePage })),
  history: () =>
    loadAgain(async () => ({ default: (await import("./pages/history-page")).HistoryPage })),
  pipeline: () =>
    loadAgain(async () => ({ default: (await import("./pages/pipeline-page")).PipelinePage })),
  pipelines: () =>
    loadAgain(async () => ({ default: (await import("./pages/pipelines-page")).PipelinesPage })),
  query: () => loadAgain(async () => ({ default: (await import("./pages/query-page")).QueryPage })),
  report: () =>
    loadAgain(async () => ({ default: (await import("./pages/report-page")).ReportPage })),
  schedule: () =>
    loadAgain(async () => ({ default: (await import("./pages/schedule-page")).SchedulePage })),
  schedules: () =>
    loadAgain(async () => ({ default: (await import("./pages/schedules-page")).SchedulesPage })),
}
const AccountPage = lazy(pages.account)
const AgendaPage = lazy(pages.agenda)
const CataloguePage = lazy(pages.catalogue)
const HistoryPage = lazy(pages.history)
const PipelinePage = lazy(pages.pipeline)
const PipelinesPage = lazy(pages.pipelines)
const QueryPage = lazy(pages.query)
const ReportPage = lazy(pages.report)
const SchedulePage = lazy(pages.schedule)
const SchedulesPage = lazy(pages.schedules)

/** Once the first page is there, the others are fetched, so that they open at once and offline. */
function usePagesBeforehand() {
  useEffect(() => {
    const timer = setTimeout(
      () => void Promise.all(Object.values(pages).map((load) => load())),
      500,
    )
    return () => clearTimeout(timer)
  }, [])
}

export function SignedInApp() {
  usePagesBeforehand()
  const { config } = useServices()
  return (
    <QueryFeedProvider>
      <TellOfEnds />
      <Frame>
        <Suspense fallback={<Loading text="Loading" />}>
          <Routes>
            <Route path="/" element={<Navigate to="/reports" replace />} />
            <Route path="/reports" element={<CataloguePage />} />
            <Route path="/reports/:name" element={<ReportPage />} />
            <Route path="/queries/:id" element={<QueryPage />} />
            <Route path="/agenda" element={<AgendaPage />} />
            <Route path="/agenda/schedules" element={<SchedulesPage />} />
            <Route path="/agenda/schedules/new" element={<SchedulePage />} />
            <Route path="/agenda/schedules/:id" element={<SchedulePage />} />
            <Route path="/pipelines" element={<PipelinesPage />} />
            <Route path="/pipelines/:name" element={<PipelinePage />} />
            <Route path="/history" element={<HistoryPage />} />
            {config.mfa !== "off" && <Route path="/account" element={<AccountPage />} />}
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </Frame>
    </QueryFeedProvider>
  )
}
