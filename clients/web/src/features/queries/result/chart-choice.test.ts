import { describe, expect, test } from "vitest"
import { chartIn, firstChoice, withChart } from "./chart-choice"

const DAY = { name: "day", type: "date" }
const CITY = { name: "city", type: "varchar" }
const FARE = { name: "fare", type: "numeric" }
const TRIPS = { name: "trips", type: "int8" }

describe("a chart to begin with", () => {
  test("is a line over time", () => {
    expect(firstChoice([CITY, FARE, DAY])).toEqual({ kind: "line", x: "day", y: ["fare"] })
  })

  test("is bars by what has names, or by the first number", () => {
    expect(firstChoice([TRIPS, CITY])).toEqual({ kind: "bar", x: "city", y: ["trips"] })
    expect(firstChoice([TRIPS, FARE])).toEqual({ kind: "bar", x: "trips", y: ["fare"] })
  })

  test("is none without a number to draw", () => {
    expect(firstChoice([DAY, CITY])).toBeNull()
    expect(firstChoice([FARE])).toBeNull()
    expect(firstChoice([])).toBeNull()
  })
})

describe("the address", () => {
  const choice = { kind: "stacked-bar", x: "day", y: ["fare", "trips"] } as const

  test("has the chart, and leaves what else is in it", () => {
    const search = withChart(new URLSearchParams("tab=1&chart=line&y=gone"), choice)
    expect(search.toString()).toBe("tab=1&chart=stacked-bar&x=day&y=fare&y=trips")
    expect(chartIn(search, [DAY, FARE, TRIPS])).toEqual(choice)
    expect(withChart(search, null).toString()).toBe("tab=1")
  })

  test("may ask for what is not there", () => {
    const columns = [DAY, CITY, FARE]
    expect(chartIn(new URLSearchParams("chart=pie&x=day&y=fare"), columns)).toBeNull()
    expect(chartIn(new URLSearchParams("chart=line&x=gone&y=fare"), columns)).toBeNull()
    expect(chartIn(new URLSearchParams("chart=line&x=day&y=city&y=fare"), columns)?.y).toEqual([
      "fare",
    ])
  })
})
