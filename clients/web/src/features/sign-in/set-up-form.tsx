/** An authenticator app is given its secret, and shows that it has it. */
import Button from "@cloudscape-design/components/button"
import Link from "@cloudscape-design/components/link"
import LiveRegion from "@cloudscape-design/components/live-region"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { lazy, type ReactNode, Suspense } from "react"
import type { AuthenticatorSecret } from "@/shared/cognito/authenticator"
import { loadAgain } from "@/shared/ui/load-again"
import { useCopied } from "@/shared/ui/use-copied"
import "./set-up-form.css"
import { type Field, StepForm } from "./step-form"

const QRCodeSVG = lazy(() =>
  loadAgain(async () => ({ default: (await import("qrcode.react")).QRCodeSVG })),
)
const COPIED = { copied: "Copied", refused: "Not copied" }

export const CODE_OF_APP: Field = {
  name: "code",
  label: "Code of the app",
  type: "text",
  autoComplete: "one-time-code",
  inputMode: "numeric",
  check: (value) =>
    /^\d{3}\s?\d{3}$/.test(value.trim()) ? null : "Give the six digits that the app shows.",
}

export function SetUpForm({
  heading,
  description,
  secret,
  action,
  links,
  onCode,
}: {
  heading?: "h2"
  description: string
  secret: AuthenticatorSecret
  action: string
  links: ReactNode
  onCode(code: string): Promise<void>
}) {
  return (
    <StepForm
      title="Set up an authenticator app"
      heading={heading}
      description={description}
      fields={[CODE_OF_APP]}
      action={action}
      links={links}
      onSubmit={({ code = "" }) => onCode(code)}
    >
      <SecretForApp secret={secret} />
    </StepForm>
  )
}

function SecretForApp({ secret }: { secret: AuthenticatorSecret }) {
  const [copied, copy] = useCopied()
  return (
    <SpaceBetween size="s">
      <div>
        Scan this with the app, type the secret in there, or{" "}
        <Link href={secret.address}>open an app on this device</Link>.
      </div>
      <div className="qr-code">
        <Suspense>
          <QRCodeSVG value={secret.address} title="QR code for the app" size={176} />
        </Suspense>
      </div>
      <div className="secret">
        <code>{secret.text.replaceAll(/(.{4})(?=.)/g, "$1 ")}</code>
        <Button
          formAction="none"
          variant="inline-icon"
          iconName="copy"
          ariaLabel="Copy the secret"
          onClick={() => copy(secret.text)}
        />
      </div>
      <LiveRegion>{copied && COPIED[copied]}</LiveRegion>
    </SpaceBetween>
  )
}
