import { expect, test } from "vitest"
import { expressionOf, problemOf, USUAL, type WhenToRun, whenToRun } from "./when-to-run"

const WAYS: [string, Partial<WhenToRun>][] = [
  ["cron(0 7 ? * MON-FRI *)", { way: "workdays" }],
  ["cron(30 18 * * ? *)", { way: "daily", time: "18:30" }],
  ["cron(0 7 ? * SUN *)", { way: "weekly", weekday: "SUN" }],
  ["cron(5 0 L * ? *)", { way: "monthly", monthDay: "L", time: "00:05" }],
  ["cron(20 * * * ? *)", { way: "hourly", minute: "20" }],
  ["at(2026-12-24T18:00:00)", { way: "once", date: "2026-12-24", time: "18:00" }],
  ["rate(15 minutes)", { way: "expression", expression: "rate(15 minutes)" }],
  ["cron(0 7 ? * MON,WED *)", { way: "expression", expression: "cron(0 7 ? * MON,WED *)" }],
  ["at(2026-12-24T18:00:07)", { way: "expression", expression: "at(2026-12-24T18:00:07)" }],
]

test.each(WAYS)("%s is one way to say it, and back", (expression, way) => {
  const when = whenToRun(expression)
  expect(when).toEqual({ ...USUAL, ...way, expression })
  expect(expressionOf(when)).toBe(expression)
})

const WRONG: [Partial<WhenToRun>, boolean][] = [
  [{}, false],
  [{ time: "7" }, true],
  [{ way: "hourly", time: "" }, false],
  [{ way: "once" }, true],
  [{ way: "expression" }, true],
  [{ way: "expression", expression: "rate(5 minutes)" }, false],
]

test.each(WRONG)("%j is wrong: %s", (changed, isWrong) => {
  expect(problemOf({ ...USUAL, ...changed }) !== null).toBe(isWrong)
})
