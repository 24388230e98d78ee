/** Whether one signs in with an authenticator app, turned on and off for oneself. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import Header from "@cloudscape-design/components/header"
import Modal from "@cloudscape-design/components/modal"
import SpaceBetween from "@cloudscape-design/components/space-between"
import StatusIndicator from "@cloudscape-design/components/status-indicator"
import { useState } from "react"
import type { AuthenticatorSecret } from "@/shared/cognito/authenticator"
import { Problem } from "@/shared/ui/problem"
import { useServices } from "@/shared/ui/services"
import { SetUpForm } from "./set-up-form"
import { StepLink } from "./step-link"
import { useAuthenticator } from "./use-authenticator"

export function AuthenticatorSettings() {
  const { config } = useServices()
  const { isOn, error, read, ask } = useAuthenticator()
  const [secret, setSecret] = useState<AuthenticatorSecret | null>(null)
  const [isTurningOff, setTurningOff] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)

  async function act(what: () => Promise<unknown>) {
    setRefusal(null)
    setBusy(true)
    try {
      await what()
    } catch (refused) {
      setRefusal(refused instanceof Error ? refused.message : String(refused))
    } finally {
      setBusy(false)
      setTurningOff(false)
    }
  }

  if (error) {
    return <Problem title="Your account cannot be read" error={error} onRetry={read} />
  }
  if (secret) {
    return (
      <div className="set-up-column">
        <SetUpForm
          heading="h2"
          description="From then on, signing in takes a code of the app besides the password."
          secret={secret}
          action="Turn on"
          links={<StepLink onClick={() => setSecret(null)}>Cancel</StepLink>}
          onCode={async (code) => {
            await ask(async (app) => {
              await app.confirm(code)
              await app.turnOn()
            })
            setSecret(null)
          }}
        />
      </div>
    )
  }
  const setUp = () => act(() => ask(async (app) => setSecret(await app.newSecret())))
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="While it is on, signing in takes a code that an app on your phone shows, besides the password."
          actions={
            isOn === undefined ? null : (
              <SpaceBetween direction="horizontal" size="xs">
                {isOn && config.mfa === "optional" && (
                  <Button disabled={isBusy} onClick={() => setTurningOff(true)}>
                    Turn off
                  </Button>
                )}
                <Button loading={isBusy && !isTurningOff} onClick={setUp}>
                  {isOn ? "Set up another app" : "Turn on"}
                </Button>
              </SpaceBetween>
            )
          }
        >
          Authenticator app
        </Header>
      }
    >
      <SpaceBetween size="s">
        {refusal && (
          <div role="alert">
            <Alert type="error">{refusal}</Alert>
          </div>
        )}
        <div role="status">
          <State isOn={isOn} />
        </div>
      </SpaceBetween>
      {isTurningOff && (
        <Modal
          visible
          header="Turn off the authenticator app?"
          onDismiss={() => setTurningOff(false)}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={() => setTurningOff(false)}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  loading={isBusy}
                  onClick={() => act(() => ask((app) => app.turnOff()))}
                >
                  Turn off
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          From then on, whoever knows your password can sign in as you.
        </Modal>
      )}
    </Container>
  )
}

function State({ isOn }: { isOn: boolean | undefined }) {
  if (isOn === undefined) return <StatusIndicator type="loading">Looking</StatusIndicator>
  return isOn ? (
    <StatusIndicator type="success">On</StatusIndicator>
  ) : (
    <StatusIndicator type="stopped">Off</StatusIndicator>
  )
}
