import { expect, test } from "vitest"
import { scheduleWords } from "./schedule-words"

test.each([
  ["cron(0 7 ? * MON-FRI *)", "Monday to Friday at 07:00"],
  ["cron(0 7 ? * 2-6 *)", "Monday to Friday at 07:00"],
  ["cron(30 6 * * ? *)", "Every day at 06:30"],
  ["cron(0 7,19 * * ? *)", "Every day at 07:00 and 19:00"],
  ["cron(0 * * * ? *)", "Every hour"],
  ["cron(20 * ? * SUN *)", "Every hour at minute 20, every Sunday"],
  ["cron(0/15 * * * ? *)", "Every 15 minutes"],
  ["cron(0 */6 * * ? *)", "Every 6 hours"],
  ["cron(0 8-18 ? * MON-FRI *)", "Every hour from 08:00 to 18:00, Monday to Friday"],
  ["cron(0 6 1 * ? *)", "On the 1st of the month at 06:00"],
  ["cron(0 6 1,15 * ? *)", "On the 1st and 15th of the month at 06:00"],
  ["cron(0 6 L * ? *)", "On the last day of the month at 06:00"],
  ["cron(0 6 15W * ? *)", "On the weekday nearest the 15th of the month at 06:00"],
  ["cron(0 6 ? * MON,WED *)", "Every Monday and Wednesday at 06:00"],
  ["cron(0 6 ? * MON#1 *)", "On the first Monday of the month at 06:00"],
  ["cron(0 6 ? * 6L *)", "On the last Friday of the month at 06:00"],
  ["cron(0 6 1 1,JUL ? *)", "On the 1st of the month at 06:00, in January and July"],
  ["cron(0 6 1 JAN ? 2027)", "On the 1st of the month at 06:00, in January 2027"],
  ["cron(0 6 * * ? 2027)", "Every day at 06:00, in 2027"],
  ["rate(1 minute)", "Every minute"],
  ["rate(15 minutes)", "Every 15 minutes"],
  ["at(2026-12-24T18:00:00)", "Once, on 2026-12-24 at 18:00"],
])("%s is: %s", (expression, words) => {
  expect(scheduleWords(expression)).toBe(words)
})

test.each([
  "cron(1,2,3 4,5 * * ? *)",
  "cron(0 6 1-15/2 * ? *)",
  "cron(0 7 * * *)",
  "cron(0 6 ? * XYZ *)",
  "rate(0 minutes)",
  "every day",
  "",
])("%s stays as it is", (expression) => {
  expect(scheduleWords(expression)).toBe(expression)
})
