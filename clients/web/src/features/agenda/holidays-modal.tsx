/** Whose public holidays are shown: nobody's until one says so. */
import Alert from "@cloudscape-design/components/alert"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import FormField from "@cloudscape-design/components/form-field"
import Input from "@cloudscape-design/components/input"
import Modal from "@cloudscape-design/components/modal"
import Select from "@cloudscape-design/components/select"
import SpaceBetween from "@cloudscape-design/components/space-between"
import { type FormEvent, useMemo, useState } from "react"
import { Refused } from "@/shared/appsync/errors"
import { LIST_HOLIDAYS } from "@/shared/graphql/agenda-documents"
import { useServices } from "@/shared/ui/services"
import { countries, suggestedCountry } from "./countries"

const NONE = { value: "", label: "No holidays" }

export function HolidaysModal({
  country,
  subdivision,
  onChoose,
  onClose,
}: {
  country: string
  subdivision: string
  onChoose(country: string, subdivision: string): void
  onClose(): void
}) {
  const { api } = useServices()
  const [chosen, setChosen] = useState(country)
  const [part, setPart] = useState(subdivision)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const options = useCountryOptions()

  /** Only what the server knows holidays of is chosen; else it says what there is. */
  async function choose(event: FormEvent) {
    event.preventDefault()
    if (!chosen) return onChoose("", "")
    setBusy(true)
    setProblem(null)
    const year = new Date().getFullYear()
    const subdivision = part.trim() || null
    try {
      await api.request(LIST_HOLIDAYS, { country: chosen, year, subdivision })
      onChoose(chosen, subdivision ?? "")
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
      if (!(error instanceof Refused)) setBusy(false)
    } finally {
      setBusy(false)
    }
  }

  const isAboutPart = problem?.startsWith("Subdivision")
  return (
    <Modal
      visible
      header="Public holidays"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" form="holidays" loading={isBusy}>
              Show these
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id="holidays" onSubmit={choose} noValidate>
        <SpaceBetween size="m">
          {problem && !isAboutPart && (
            <div role="alert">
              <Alert type="error">{problem}</Alert>
            </div>
          )}
          <FormField label="Country" description="Kept in this browser." stretch>
            <Select
              selectedOption={options.find(({ value }) => value === chosen) ?? NONE}
              options={options}
              filteringType="auto"
              filteringAriaLabel="Find a country"
              virtualScroll
              expandToViewport
              onChange={({ detail }) => setChosen(detail.selectedOption.value ?? "")}
            />
          </FormField>
          <FormField
            label={
              <>
                Part of it <i>– optional</i>
              </>
            }
            description="Its letters by ISO 3166-2, such as BY for Bavaria; for holidays that are not everywhere."
            errorText={isAboutPart && problem}
            stretch
          >
            <Input
              value={part}
              disabled={!chosen}
              autoComplete={false}
              onChange={({ detail }) => setPart(detail.value)}
            />
          </FormField>
        </SpaceBetween>
      </form>
    </Modal>
  )
}

/** None first, then the one that the reader's language suggests. */
function useCountryOptions() {
  return useMemo(() => {
    const suggested = suggestedCountry(navigator.language)
    const all = countries().map(({ code, name }) => ({
      value: code,
      label: name,
      labelTag: code,
      description: code === suggested ? "Suggested by your language" : undefined,
    }))
    const first = all.filter(({ value }) => value === suggested)
    return [NONE, ...first, ...all.filter(({ value }) => value !== suggested)]
  }, [])
}
