/** Who one is here, and how one signs in. */
import Header from "@cloudscape-design/components/header"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { AuthenticatorSettings } from "@/features/sign-in/authenticator-settings"
import { usePageTitle } from "@/shared/ui/page-title"
import { useSession } from "@/shared/ui/services"
import { Breadcrumbs } from "../breadcrumbs"

export function AccountPage() {
  usePageTitle("Account")
  const session = useSession()
  const email = session.status === "signed-in" ? session.person.email : ""
  return (
    <>
      <Breadcrumbs items={[{ text: "Account", href: "/account" }]} />
      <SpaceBetween size="l">
        <Header variant="h1" description={<span className="address">{email}</span>}>
          Account
        </Header>
        <AuthenticatorSettings />
      </SpaceBetween>
    </>
  )
}
