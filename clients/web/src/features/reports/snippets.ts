/**
 * A run of a report as text for another program, quoted as that program reads it. Whoever pastes it
 * signs in there: nothing of this session is in it.
 */

export interface Run {
  report: string
  parameters: readonly { name: string; value: string }[]
}

const DOCUMENT = `mutation SubmitQuery($input: SubmitQueryInput!) {
  submitQuery(input: $input) { id status }
}`

/** `KEY`: the API key, as README.md calls it. */
export function curl({ report, parameters }: Run, graphqlUrl: string): string {
  const document = DOCUMENT.replaceAll(/\s+/g, " ")
  const body = visible(
    JSON.stringify({ query: document, variables: variables({ report, parameters }) }),
  )
  return `curl -s ${shellWord(graphqlUrl)} -H "x-api-key: $KEY" -H 'content-type: application/json' \\
  -d ${shellWord(body)}`
}

export function commandLine({ report, parameters }: Run): string {
  const values = parameters.map(({ name, value }) => shellWord(`${name}=${value}`))
  return ["querycast", "run", report, ...values].join(" ")
}

/** Parameters are keywords; where one cannot be, in a mapping, all of them are there. */
export function python({ report, parameters }: Run): string {
  const keywords = parameters.map(({ name, value }) => `${name}=${pythonText(value)}`)
  const items = parameters.map(({ name, value }) => `${pythonText(name)}: ${pythonText(value)}`)
  const canBeKeywords = parameters.every(({ name }) => isKeyword(name))
  const given = canBeKeywords ? keywords : [`{${items.join(", ")}}`]
  return `from querycast import Client

with Client.from_outputs() as client:
    result = client.run(${[pythonText(report), ...given].join(", ")})
    for row in result.dicts():
        print(row)`
}

/** The document and, below it, its variables. */
export function graphql(run: Run): string {
  return `${DOCUMENT}

# Variables:
${visible(JSON.stringify(variables(run), null, 2))}`
}

function variables({ report, parameters }: Run) {
  const given = parameters.map(({ name, value }) => ({ name, value }))
  return { input: { report, parameters: given } }
}

/** One word of a POSIX shell; control characters, which a terminal obeys when they are pasted, by bash's $''. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  if (!CONTROLS.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`
  const escaped = text.replaceAll(/['\\]/g, String.raw`\$&`)
  return `$'${escaped.replaceAll(new RegExp(CONTROLS, "g"), octal)}'`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0001-\u001f\u007f]/

function octal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`
}

/** Whether `client.run` takes it as a keyword for a parameter: a name of Python's, and none of its options. */
function isKeyword(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) && !OPTIONS.has(name)
}

// https://docs.python.org/3/reference/lexical_analysis.html#keywords
const RESERVED = new Set(
  `False None True and as assert async await break class continue def del elif else except finally
  for from global if import in is lambda nonlocal not or pass raise return try while with
  yield`.split(/\s+/),
)

const OPTIONS = new Set(["query_id", "max_age", "notify", "timeout", "on_change"])

/** JSON's strings are Python's, too. */
export function pythonText(text: string): string {
  return visible(JSON.stringify(text))
}

/** Within a string of JSON: what would not be seen, or would turn text around, as an escape. */
function visible(json: string): string {
  return json.replaceAll(
    UNSEEN,
    (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

const UNSEEN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g
