/** A link to another step, which has no address. */
import Link from "@cloudscape-design/components/link"

export function StepLink({ children, onClick }: { children: string; onClick(): void }) {
  return (
    <Link
      href="#"
      onFollow={(event) => {
        event.preventDefault()
        onClick()
      }}
    >
      {children}
    </Link>
  )
}
