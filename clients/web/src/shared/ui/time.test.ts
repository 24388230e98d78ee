import { expect, test } from "vitest"
import { bytes, duration, moment } from "./time"

test.each([
  [0, "0 ms"],
  [-5, "0 ms"],
  [40, "40 ms"],
  [432, "0.4 s"],
  [12_400, "12 s"],
  [60_000, "1 min"],
  [185_000, "3 min 5 s"],
  [7_800_000, "2 h 10 min"],
  [7_200_000, "2 h"],
])("%d ms is %s", (ms, words) => {
  expect(duration(ms)).toBe(words)
})

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [3_300, "3.3 kB"],
  [512_000, "512 kB"],
  [1_250_000_000, "1.3 GB"],
])("%d bytes are %s", (count, words) => {
  expect(bytes(count)).toBe(words)
})

test("a moment ends with its zone, and breaks after the date alone", () => {
  expect(moment("2026-11-27T06:22:55Z")).toMatch(/2026, [^ ]+$/)
  expect(moment("2026-11-27T06:22:55Z")).toMatch(/(UTC|GMT|[A-Z]{2,5}|[+-]\d+)\S*$/)
})
