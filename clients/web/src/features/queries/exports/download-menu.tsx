/** A result as files: the usual ones by one click, others by their options. */
import ButtonDropdown, {
  type ButtonDropdownProps,
} from "@cloudscape-design/components/button-dropdown"
import { useState } from "react"
import type { ExportFormat } from "@/shared/graphql/generated/graphql"
import { ExportDialog } from "./export-dialog"
import { type ExportOptions, FORMATS, usualOptions } from "./export-options"

const OPTIONS = "options"
const ITEMS: ButtonDropdownProps.Items = [
  ...FORMATS.map(({ value, label, description }) => ({
    id: value,
    text: label,
    secondaryText: description,
  })),
  { id: OPTIONS, text: "With options…", secondaryText: "Compressed, in several files, and more." },
]

export function DownloadMenu({ onExport }: { onExport(options: ExportOptions): Promise<void> }) {
  const [isChoosing, setChoosing] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const ask = async (options: ExportOptions) => {
    setAsking(true)
    await onExport(options).finally(() => setAsking(false))
  }
  return (
    <>
      <ButtonDropdown
        items={ITEMS}
        loading={isAsking}
        loadingText="Asking for the file"
        expandToViewport
        onItemClick={({ detail }) =>
          detail.id === OPTIONS
            ? setChoosing(true)
            : void ask(usualOptions(detail.id as ExportFormat))
        }
      >
        Download
      </ButtonDropdown>
      {isChoosing && (
        <ExportDialog
          onDismiss={() => setChoosing(false)}
          onExport={(options) => {
            setChoosing(false)
            void ask(options)
          }}
        />
      )}
    </>
  )
}
