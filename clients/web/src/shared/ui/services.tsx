/** What every page may use, made once when the application starts. */
import { createContext, useContext, useSyncExternalStore } from "react"
import type { ConnectionState, RealtimeClient } from "../appsync/realtime"
import type { Requester } from "../appsync/request"
import type { Session, SessionState } from "../cognito/session"
import type { UserPool } from "../cognito/user-pool"
import type { Config } from "../config/config"

export interface Services {
  config: Config
  api: Requester
  realtime: RealtimeClient
  session: Session
  users: UserPool
}

const ServicesContext = createContext<Services | null>(null)

export const ServicesProvider = ServicesContext.Provider

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error("useServices needs a ServicesProvider above it.")
  return services
}

export function useSession(): SessionState {
  const { session } = useServices()
  return useSyncExternalStore(session.onState, () => session.state)
}

export function useConnection(): ConnectionState {
  const { realtime } = useServices()
  return useSyncExternalStore(realtime.onState, () => realtime.state)
}
