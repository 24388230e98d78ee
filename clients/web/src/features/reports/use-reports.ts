/** The reports that one may run: one read for the catalogue, the forms and the titles. */
import { useQuery } from "@tanstack/react-query"
import { LIST_REPORTS } from "@/shared/graphql/documents"
import { useServices } from "@/shared/ui/services"

export function useReports() {
  const { api } = useServices()
  return useQuery({
    queryKey: ["reports"],
    queryFn: async ({ signal }) => (await api.request(LIST_REPORTS, {}, signal)).listReports,
    staleTime: 60_000,
  })
}

/** One of them; undefined while it is not known, null where there is none of that name. */
export function useReport(name: string | null | undefined) {
  const reports = useReports()
  const report = reports.data && (reports.data.find((each) => each.name === name) ?? null)
  return { ...reports, report }
}
