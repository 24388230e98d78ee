/** A form of the way in: its fields, one main button, and what went wrong. */
import Alert from "@cloudscape-design/components/alert"
import Button from "@cloudscape-design/components/button"
import Container from "@cloudscape-design/components/container"
import FormField from "@cloudscape-design/components/form-field"
import Header from "@cloudscape-design/components/header"
import Input, { type InputProps } from "@cloudscape-design/components/input"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { type FormEvent, type ReactNode, useState } from "react"

export interface Field {
  name: string
  label: string
  type: InputProps.Type
  /** What the browser's password manager takes it for. */
  autoComplete: string
  initial?: string
  constraint?: string
  /** Of the keyboard on a phone. */
  inputMode?: InputProps["inputMode"]
  check(value: string): string | null
}

export type Filled = Record<string, string>

export function StepForm({
  title,
  heading = "h1",
  description,
  notice,
  children,
  fields,
  action,
  links,
  onSubmit,
}: {
  title: string
  heading?: "h1" | "h2"
  description?: string
  notice?: string
  /** What the fields are about. */
  children?: ReactNode
  fields: Field[]
  action: string
  links?: ReactNode
  onSubmit(filled: Filled): Promise<void>
}) {
  const [filled, setFilled] = useState<Filled>(() =>
    Object.fromEntries(fields.map((field) => [field.name, field.initial ?? ""])),
  )
  const [isChecked, setChecked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const wrong = (field: Field) => (isChecked ? field.check(filled[field.name] ?? "") : null)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setChecked(true)
    setError(null)
    if (isBusy || fields.some((field) => field.check(filled[field.name] ?? ""))) return
    setBusy(true)
    try {
      await onSubmit(filled)
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form onSubmit={submit} noValidate>
      <Container
        header={
          <Header variant={heading} description={description}>
            {title}
          </Header>
        }
      >
        <SpaceBetween size="m">
          {error ? (
            <div role="alert">
              <Alert type="error">{error}</Alert>
            </div>
          ) : (
            notice && <Alert type="info">{notice}</Alert>
          )}
          {children}
          {fields.map((field, index) => (
            <FormField
              key={field.name}
              label={field.label}
              constraintText={field.constraint}
              errorText={wrong(field)}
              stretch
            >
              <Input
                name={field.name}
                type={field.type}
                autoComplete={field.autoComplete}
                inputMode={field.inputMode}
                value={filled[field.name] ?? ""}
                autoFocus={!children && index === fields.findIndex((each) => !each.initial)}
                spellcheck={false}
                onChange={({ detail }) => setFilled({ ...filled, [field.name]: detail.value })}
              />
            </FormField>
          ))}
          <Button variant="primary" fullWidth loading={isBusy} loadingText="One moment">
            {action}
          </Button>
          {links}
        </SpaceBetween>
      </Container>
    </form>
  )
}
