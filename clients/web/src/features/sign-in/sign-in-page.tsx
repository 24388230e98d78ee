/** The way in, in place of whatever page was asked for, which appears once one is signed in. */
import Box from "@cloudscape-design/components/box"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { useState } from "react"
import { TooLate } from "@/shared/cognito/authenticator"
import { CognitoError } from "@/shared/cognito/errors"
import type { SignedIn } from "@/shared/cognito/user-pool"
import { usePageTitle } from "@/shared/ui/page-title"
import { useServices } from "@/shared/ui/services"
import "./sign-in-page.css"
import { CODE_OF_APP, SetUpForm } from "./set-up-form"
import { type Field, StepForm } from "./step-form"
import { StepLink } from "./step-link"
import { emailProblem, PASSWORD_RULE, passwordProblem, type Step } from "./steps"

export function SignInPage({ notice }: { notice?: string }) {
  const [step, setStep] = useState<Step>({ name: "sign-in", notice })
  usePageTitle("Sign in")
  return (
    <main className="sign-in">
      <div className="sign-in-column">
        <SpaceBetween size="l">
          <Box textAlign="center">
            <img src="/icon.svg" alt="" width="48" height="48" />
            <Box variant="h2" tagOverride="p" padding={{ top: "xs" }}>
              Querycast
            </Box>
            <Box color="text-body-secondary">
              Ask your warehouse a question; the answer appears the moment it is ready.
            </Box>
          </Box>
          <StepOf key={step.name} step={step} onStep={setStep} />
        </SpaceBetween>
      </div>
    </main>
  )
}

interface StepProps<Name extends Step["name"]> {
  step: Extract<Step, { name: Name }>
  onStep(step: Step): void
}

function StepOf({ step, onStep }: { step: Step; onStep(step: Step): void }) {
  switch (step.name) {
    case "sign-in":
      return <SignIn step={step} onStep={onStep} />
    case "sign-up":
      return <SignUp step={step} onStep={onStep} />
    case "confirm":
      return <Confirm step={step} onStep={onStep} />
    case "forgot":
      return <Forgot step={step} onStep={onStep} />
    case "reset":
      return <Reset step={step} onStep={onStep} />
    case "new-password":
      return <NewPassword step={step} onStep={onStep} />
    case "code":
      return <Code step={step} onStep={onStep} />
    case "set-up":
      return <SetUp step={step} onStep={onStep} />
  }
}

function SignIn({ step, onStep }: StepProps<"sign-in">) {
  const { config } = useServices()
  const enter = useEnter(onStep)
  return (
    <StepForm
      title="Sign in"
      notice={step.notice}
      fields={[emailField(step.email), passwordField("Password", "current-password")]}
      action="Sign in"
      links={
        <SpaceBetween direction="horizontal" size="l">
          <StepLink onClick={() => onStep({ name: "forgot" })}>Forgot password?</StepLink>
          {config.selfSignUp && (
            <StepLink onClick={() => onStep({ name: "sign-up" })}>Create an account</StepLink>
          )}
        </SpaceBetween>
      }
      onSubmit={({ email = "", password = "" }) => enter(email.trim(), password)}
    />
  )
}

function SignUp({ step, onStep }: StepProps<"sign-up">) {
  const { users } = useServices()
  return (
    <StepForm
      title="Create an account"
      description="You are sent a code to confirm that the address is yours."
      fields={[emailField(step.email), newPasswordField("Password")]}
      action="Create account"
      links={<StepLink onClick={() => onStep({ name: "sign-in" })}>I have an account</StepLink>}
      onSubmit={async ({ email = "", password = "" }) => {
        await users.signUp(email.trim(), password)
        onStep({ name: "confirm", email: email.trim(), password })
      }}
    />
  )
}

function Confirm({ step, onStep }: StepProps<"confirm">) {
  const { users } = useServices()
  const enter = useEnter(onStep)
  const [sentAgain, setSentAgain] = useState<string>()
  const done = async (): Promise<void> => {
    if (step.password) return enter(step.email, step.password)
    onStep({ name: "sign-in", email: step.email, notice: "Confirmed. Sign in now." })
  }
  return (
    <StepForm
      title="Confirm your address"
      description={`A code was sent to ${step.email}.`}
      notice={sentAgain}
      fields={[CODE]}
      action="Confirm"
      links={
        <StepLink
          onClick={async () => {
            try {
              await users.resendCode(step.email)
              setSentAgain("A new code was sent.")
            } catch (error) {
              setSentAgain(error instanceof Error ? error.message : String(error))
            }
          }}
        >
          Send a new code
        </StepLink>
      }
      onSubmit={async ({ code = "" }) => {
        await users.confirmSignUp(step.email, code.trim())
        await done()
      }}
    />
  )
}

function Forgot({ step, onStep }: StepProps<"forgot">) {
  const { users } = useServices()
  return (
    <StepForm
      title="Forgot your password?"
      description="You are sent a code with which you choose a new one."
      fields={[emailField(step.email)]}
      action="Send the code"
      links={<StepLink onClick={() => onStep({ name: "sign-in" })}>Back to sign in</StepLink>}
      onSubmit={async ({ email = "" }) => {
        await users.forgotPassword(email.trim())
        onStep({ name: "reset", email: email.trim() })
      }}
    />
  )
}

function Reset({ step, onStep }: StepProps<"reset">) {
  const { users } = useServices()
  return (
    <StepForm
      title="Choose a new password"
      description={`If ${step.email} has an account, a code was sent there.`}
      fields={[CODE, newPasswordField("New password")]}
      action="Set the password"
      links={<StepLink onClick={() => onStep({ name: "sign-in" })}>Back to sign in</StepLink>}
      onSubmit={async ({ code = "", password = "" }) => {
        await users.confirmForgotPassword(step.email, code.trim(), password)
        onStep({ name: "sign-in", email: step.email, notice: "The password is set. Sign in now." })
      }}
    />
  )
}

function NewPassword({ step, onStep }: StepProps<"new-password">) {
  const finish = useFinish(onStep)
  return (
    <StepForm
      title="Choose your password"
      description="The one you signed in with was a first, temporary one."
      fields={[newPasswordField("New password")]}
      action="Set the password"
      onSubmit={({ password = "" }) => finish(() => step.challenge.setPassword(password))}
    />
  )
}

function Code({ step, onStep }: StepProps<"code">) {
  const finish = useFinish(onStep)
  return (
    <StepForm
      title="Enter the code"
      description="Your authenticator app shows it."
      fields={[CODE_OF_APP]}
      action="Sign in"
      links={<StepLink onClick={() => onStep({ name: "sign-in" })}>Back to sign in</StepLink>}
      onSubmit={({ code = "" }) => finish(() => step.challenge.giveCode(code))}
    />
  )
}

function SetUp({ step, onStep }: StepProps<"set-up">) {
  const finish = useFinish(onStep)
  return (
    <SetUpForm
      description="Signing in here takes a code of an app besides the password."
      secret={step.challenge.secret}
      action="Sign in"
      links={<StepLink onClick={() => onStep({ name: "sign-in" })}>Back to sign in</StepLink>}
      onCode={(code) => finish(() => step.challenge.confirm(code))}
    />
  )
}

/** Goes to where signing in leads; back to the beginning where that has taken too long. */
function useFinish(
  onStep: (step: Step) => void,
): (answer: () => Promise<SignedIn>) => Promise<void> {
  const { session } = useServices()
  return async (answer) => {
    try {
      const outcome = await answer()
      if (outcome.status === "signed-in") session.signedIn(outcome.tokens)
      else onStep({ name: outcome.status, challenge: outcome } as Step)
    } catch (error) {
      if (!(error instanceof TooLate)) throw error
      onStep({ name: "sign-in", notice: error.message })
    }
  }
}

function useEnter(
  onStep: (step: Step) => void,
): (email: string, password: string) => Promise<void> {
  const { users } = useServices()
  const finish = useFinish(onStep)
  return async (email, password) => {
    try {
      await finish(() => users.signIn(email, password))
    } catch (error) {
      const isUnconfirmed =
        error instanceof CognitoError && error.type === "UserNotConfirmedException"
      if (!isUnconfirmed) throw error
      await users.resendCode(email)
      onStep({ name: "confirm", email, password })
    }
  }
}

function emailField(initial?: string): Field {
  return {
    name: "email",
    label: "E-mail",
    type: "email",
    autoComplete: "username",
    initial,
    check: (value) => emailProblem(value.trim()),
  }
}

function passwordField(label: string, autoComplete: string): Field {
  return {
    name: "password",
    label,
    type: "password",
    autoComplete,
    check: (value) => (value ? null : "Give your password."),
  }
}

function newPasswordField(label: string): Field {
  return {
    ...passwordField(label, "new-password"),
    constraint: PASSWORD_RULE,
    check: passwordProblem,
  }
}

const CODE: Field = {
  name: "code",
  label: "Code",
  type: "text",
  autoComplete: "one-time-code",
  inputMode: "numeric",
  check: (value) => (/^\d{6}$/.test(value.trim()) ? null : "Give the six digits of the mail."),
}
