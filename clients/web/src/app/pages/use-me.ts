/** The id of who is signed in. */
import { useSession } from "@/shared/ui/services"

export function useMyId(): string {
  const session = useSession()
  return session.status === "signed-in" ? session.person.id : ""
}
