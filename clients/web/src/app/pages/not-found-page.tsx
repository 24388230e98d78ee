import { Nowhere } from "./nowhere"

export function NotFoundPage() {
  return <Nowhere title="There is no such page" text="The address may be old, or mistyped." />
}
