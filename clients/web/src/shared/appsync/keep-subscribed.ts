/** A subscription that begins again some time after the service has ended it. */
import type { Handlers, RealtimeClient } from "./realtime"
import type { TypedDocument } from "./request"

const AGAIN_MS = 8_000

/** As `subscribe`; what it answers ends it for good. */
export function keepSubscribed<Data, Variables>(
  realtime: RealtimeClient,
  document: TypedDocument<Data, Variables>,
  variables: Variables,
  handlers: Handlers<Data>,
): () => void {
  let timer: ReturnType<typeof setTimeout>
  let unsubscribe = () => {}
  const begin = () => {
    unsubscribe = realtime.subscribe(document, variables, {
      ...handlers,
      onEnd: (error) => {
        timer = setTimeout(begin, AGAIN_MS)
        handlers.onEnd(error)
      },
    })
  }
  begin()
  return () => {
    clearTimeout(timer)
    unsubscribe()
  }
}
