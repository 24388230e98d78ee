import { expect, test } from "vitest"
import { loadAgain } from "./load-again"

test("what the network refuses is asked for until it comes", async () => {
  let asked = 0
  const load = async () => {
    asked += 1
    if (asked < 4) throw new TypeError("Failed to fetch dynamically imported module")
    return "the page"
  }
  expect(await loadAgain(load, 1)).toBe("the page")
  expect(asked).toBe(4)
})
