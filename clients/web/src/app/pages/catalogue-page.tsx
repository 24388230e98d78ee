/** What can be asked. */
import { Catalogue } from "@/features/reports/catalogue"
import { usePageTitle } from "@/shared/ui/page-title"
import { Breadcrumbs } from "../breadcrumbs"

export function CataloguePage() {
  usePageTitle("Reports")
  return (
    <>
      <Breadcrumbs items={[{ text: "Reports", href: "/reports" }]} />
      <Catalogue />
    </>
  )
}
