import { expect, test } from "vitest"
import type { Query } from "../query"
import { type Pages, pagesAfter, withPushed } from "./history-pages"

const query = (id: string, version: number) => ({ id, version }) as Query
const pages = (...queries: Query[]): Pages => ({
  pages: queries.map((each) => ({ queries: [each], nextToken: null })),
  pageParams: queries.map(() => null),
})

test("a push changes its query, on whatever page it is", () => {
  expect(withPushed(pages(query("a", 1), query("b", 1)), query("b", 2))).toEqual(
    pages(query("a", 1), query("b", 2)),
  )
})

test("an older push changes nothing, and one of another query adds none", () => {
  const known = pages(query("a", 3))
  expect(withPushed(known, query("a", 2))).toEqual(known)
  expect(withPushed(known, query("b", 1))).toEqual(known)
})

test("what is read later and is older does not come back", () => {
  const read = pages(query("new", 1), query("a", 2))
  expect(pagesAfter(pages(query("a", 3)), read)).toEqual(pages(query("new", 1), query("a", 3)))
})

test("what is read first, and what is newer, is as it was read", () => {
  const read = pages(query("a", 2))
  expect(pagesAfter(undefined, read)).toEqual(read)
  expect(pagesAfter(pages(query("a", 1)), read)).toEqual(read)
})
