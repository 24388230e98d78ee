/** What the server said against what one wanted. */
import Flashbar from "@cloudscape-design/components/flashbar"
import type { Change } from "./use-change"

export function RefusalNotice({ change }: { change: Change }) {
  const { refusal, forget } = change
  if (!refusal) return null
  return (
    <Flashbar
      items={[
        {
          id: "refusal",
          type: "error",
          header: refusal.title,
          content: <span className="message">{refusal.message}</span>,
          dismissible: true,
          dismissLabel: "Dismiss",
          onDismiss: forget,
          ariaRole: "alert",
        },
      ]}
    />
  )
}
