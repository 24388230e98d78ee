import { beforeEach, expect, test } from "vitest"
import { KnownItems } from "./known"

interface Thing {
  id: string
  version: number
  place: string
  says?: string
}

let known: KnownItems<Thing>

beforeEach(() => {
  known = new KnownItems((thing) => thing.place)
})

const at = (place: string, version: number, says?: string): Thing => ({
  id: "1",
  version,
  place,
  ...(says && { says }),
})
const gone = (place: string, version: number) => ({ id: "1", place, version, item: null })

test("a newer version is news, an older one and the same again are not", () => {
  expect(known.seen(at("a", 2))).toBe(true)
  expect(known.seen(at("a", 2))).toBe(false)
  expect(known.seen(at("a", 1))).toBe(false)
  expect(known.seen(at("a", 3))).toBe(true)
  expect(known.items()).toEqual([at("a", 3)])
})

test("of one version, what is reckoned anew is news", () => {
  known.seen(at("a", 1, "next at 7"))
  expect(known.seen(at("a", 1, "next at 8"))).toBe(true)
  expect(known.get("1")?.says).toBe("next at 8")
})

test("what comes late of something that is gone does not bring it back", () => {
  known.seen(at("a", 1))
  expect(known.pushed(gone("a", 2))).toBe(true)
  expect(known.seen(at("a", 1))).toBe(false)
  expect(known.seen(at("a", 2))).toBe(false)
  expect(known.items()).toEqual([])
})

const MOVE = [
  ["gone first", [gone("a", 2), { id: "1", place: "b", version: 2, item: at("b", 2) }]],
  ["there first", [{ id: "1", place: "b", version: 2, item: at("b", 2) }, gone("a", 2)]],
] as const

test.each(MOVE)("what moves is in one place, told %s", (_, changes) => {
  known.seen(at("a", 1))
  for (const change of changes) known.pushed(change)
  expect(known.items()).toEqual([at("b", 2)])
})

test("what moves away and back is where it was last", () => {
  known.seen(at("a", 1))
  known.seen(at("b", 2))
  known.seen(at("a", 3))
  known.seen(at("b", 2))
  expect(known.items()).toEqual([at("a", 3)])
})
