import { execFileSync } from "node:child_process"
import { describe, expect, test } from "vitest"
import { commandLine, curl, graphql, python, pythonText, shellWord } from "./snippets"

const HOSTILE = [
  "",
  "plain",
  "it's",
  `"double" and \`back\` and $HOME $(id) \${x}`,
  "back\\slash and \\' both",
  "; rm -rf / & | > < * ? ~ ! #",
  "line\nbreak\ttab",
  "\u0003\u001b[2J'\\",
  "turned \u202e around \u200b",
  "naïve 😀 数",
  "-rf",
  "=x",
]

test("bash reads each as it is", () => {
  const command = `printf '%s\\0' ${HOSTILE.map(shellWord).join(" ")}`
  const said = execFileSync("bash", ["-c", command], { encoding: "utf8" })
  expect(said.split("\0").slice(0, -1)).toEqual(HOSTILE)
})

test.each(HOSTILE)("%j is a string of JSON and Python, without anything unseen", (text) => {
  const literal = pythonText(text)
  expect(JSON.parse(literal)).toBe(text)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(literal).not.toMatch(/[\u0000-\u001f\u007f\u200b\u202e]/)
})

describe("a run", () => {
  const run = { report: "taxi_by_day", parameters: [{ name: "month", value: "2015-06" }] }

  test("as a command", () => {
    expect(commandLine(run)).toBe("querycast run taxi_by_day month=2015-06")
    expect(commandLine({ report: "echo", parameters: [{ name: "a", value: "it's" }] })).toBe(
      String.raw`querycast run echo 'a=it'\''s'`,
    )
  })

  test("as Python", () => {
    expect(python(run)).toContain('client.run("taxi_by_day", month="2015-06")')
    expect(python({ report: "x", parameters: [] })).toContain('client.run("x")')
  })

  test.each(["timeout", "class", "a-b", "2nd", "naïve"])(
    "as Python, where %s can be no keyword",
    (name) => {
      const parameters = [
        { name: "month", value: "2015-06" },
        { name, value: "1" },
      ]
      expect(python({ report: "x", parameters })).toContain(
        `client.run("x", {"month": "2015-06", "${name}": "1"})`,
      )
    },
  )

  test("as curl, with a key that is not there", () => {
    const text = curl(run, "https://example.com/graphql")
    expect(text).toContain('-H "x-api-key: $KEY"')
    const body = JSON.parse(text.slice(text.indexOf("'{") + 1, -1))
    expect(body.variables.input).toEqual({
      report: "taxi_by_day",
      parameters: [{ name: "month", value: "2015-06" }],
    })
  })

  test("as GraphQL, with its variables below", () => {
    const [document = "", variables = ""] = graphql(run).split("# Variables:\n")
    expect(document).toMatch(/^mutation SubmitQuery/)
    expect(JSON.parse(variables).input.report).toBe("taxi_by_day")
  })
})
