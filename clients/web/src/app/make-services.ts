/** The one place that wires the protocol clients together, and to the browser's events. */
import { RealtimeClient } from "@/shared/appsync/realtime"
import { requester } from "@/shared/appsync/request"
import { browserPlatform, Session } from "@/shared/cognito/session"
import { UserPool } from "@/shared/cognito/user-pool"
import type { Config } from "@/shared/config/config"
import type { Services } from "@/shared/ui/services"

export function makeServices(config: Config): Services {
  const users = new UserPool(config)
  const session = new Session(users, browserPlatform())
  const realtime = new RealtimeClient(config.realtimeUrl, config.graphqlUrl, session.authorize)
  window.addEventListener("online", () => realtime.wake())
  window.addEventListener("offline", () => realtime.sleep())
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") realtime.wake()
  })
  return { config, users, session, realtime, api: requester(config.graphqlUrl, session.authorize) }
}
