/** The authenticator app of who is signed in. */
import { useQuery } from "@tanstack/react-query"
import type { Authenticator } from "@/shared/cognito/authenticator"
import { useServices, useSession } from "@/shared/ui/services"

export function useAuthenticator() {
  const { session, users } = useServices()
  const state = useSession()
  const email = state.status === "signed-in" ? state.person.email : ""
  const its = async () => users.authenticator(email, await session.authorize())
  const { data, error, refetch } = useQuery({
    queryKey: ["authenticator"],
    queryFn: async () => (await its()).isOn(),
  })
  return {
    /** undefined while it is not known. */
    isOn: data,
    error: data === undefined ? error : null,
    read: () => void refetch(),
    /** Does something with it, and looks what it is then. */
    ask: async (what: (app: Authenticator) => Promise<void>) => {
      await what(await its())
      await refetch()
    },
  }
}
