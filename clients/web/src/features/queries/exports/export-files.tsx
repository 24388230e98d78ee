/**
 * The files of an export. An address works for anyone who has it, for some minutes: so it is asked
 * for when a file is wanted, and never before.
 */
import { useCollection } from "@cloudscape-design/collection-hooks"
import Box from "@cloudscape-design/components/box"
import Button from "@cloudscape-design/components/button"
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard"
import Header from "@cloudscape-design/components/header"
import Pagination from "@cloudscape-design/components/pagination"
import SpaceBetween from "@cloudscape-design/components/space-between"
import Table, { type TableProps } from "@cloudscape-design/components/table"
import { useState } from "react"
import { askAgain } from "@/shared/appsync/ask-again"
import { GET_DOWNLOADS } from "@/shared/graphql/documents"
import { usePhone } from "@/shared/ui/phone"
import { Problem } from "@/shared/ui/problem"
import { useServices } from "@/shared/ui/services"
import { bytes, moment } from "@/shared/ui/time"
import type { Query } from "../query"
import type { Export } from "./export-options"

type File = Export["files"][number]

const PAGE = 20

export function ExportFiles({
  query,
  files,
  total,
}: {
  query: Query
  files: readonly File[]
  total: string
}) {
  const [asked, setAsked] = useState<File | null>(null)
  const [failure, setFailure] = useState<{ file: File; error: unknown } | null>(null)
  const download = useDownload(query.id)
  const isPhone = usePhone()
  const fetchFile = async (file: File) => {
    setAsked(file)
    setFailure(null)
    try {
      await download(file)
    } catch (error) {
      setFailure({ file, error })
    } finally {
      setAsked(null)
    }
  }
  const shown = useCollection(files, { pagination: { pageSize: PAGE } })
  return (
    <SpaceBetween size="m">
      {failure && (
        <Problem
          title={`${failure.file.name} was not downloaded`}
          error={failure.error}
          onRetry={() => void fetchFile(failure.file)}
        />
      )}
      <Table
        {...shown.collectionProps}
        items={shown.items}
        trackBy="name"
        columnDefinitions={columns(asked, (file) => void fetchFile(file), isPhone)}
        visibleColumns={isPhone ? ["name", "download"] : undefined}
        wrapLines
        ariaLabels={{ tableLabel: "Files of the export" }}
        header={
          <Header
            variant="h2"
            counter={`(${files.length})`}
            description={`${total}, kept until ${moment(query.resultExpiresAt ?? "")}. Each download gets an address of its own, which works for some minutes.`}
          >
            Files
          </Header>
        }
        pagination={files.length > PAGE && <Pagination {...shown.paginationProps} />}
      />
    </SpaceBetween>
  )
}

/** @throws Refused, Unavailable, NotSignedIn */
function useDownload(id: string): (file: File) => Promise<void> {
  const { api } = useServices()
  return async ({ name }) => {
    const { getDownloads } = await askAgain(() => api.request(GET_DOWNLOADS, { id }))
    const found = getDownloads.find((each) => each.name === name)
    if (!found) throw new Error("The file is not there any more. Export again to have a new one.")
    follow(found.url, name)
  }
}

/** S3 says that it is to be saved, so the page stays; a policy of connections does not matter here. */
function follow(url: string, name: string): void {
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.rel = "noreferrer"
  link.click()
}

function columns(
  asked: File | null,
  onDownload: (file: File) => void,
  isPhone: boolean,
): TableProps.ColumnDefinition<File>[] {
  return [
    {
      id: "name",
      header: "File",
      isRowHeader: true,
      minWidth: isPhone ? 120 : 180,
      cell: (file) => (
        <>
          <span className="message">{file.name}</span>
          {isPhone && (
            <div>
              {bytes(file.bytes)}, <Sum of={file} />
            </div>
          )}
        </>
      ),
    },
    { id: "bytes", header: "Size", minWidth: 90, cell: (file) => bytes(file.bytes) },
    { id: "sha256", header: "SHA-256", minWidth: 220, cell: (file) => <Sum of={file} /> },
    {
      id: "download",
      header: "Download",
      minWidth: 150,
      cell: (file) => (
        <Button
          iconName="download"
          wrapText={false}
          ariaLabel={`Download ${file.name}`}
          loading={asked === file}
          loadingText="Asking for its address"
          onClick={() => onDownload(file)}
        >
          Download
        </Button>
      ),
    },
  ]
}

/** To compare with what `sha256sum` says of the file. */
function Sum({ of: { name, sha256 } }: { of: File }) {
  return (
    <>
      <Box variant="code">
        <span className="message">{sha256}</span>
      </Box>{" "}
      <CopyToClipboard
        variant="icon"
        copyButtonAriaLabel={`Copy the SHA-256 of ${name}`}
        copySuccessText="Copied"
        copyErrorText="It could not be copied"
        textToCopy={sha256}
      />
    </>
  )
}
