/** Where it begins: read the configuration, make the services, go on where the session was. */
import "@cloudscape-design/global-styles/index.css"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { App, loadSignedInApp } from "./app/app"
import "./app/app.css"
import { CouldNotStart } from "./app/could-not-start"
import { makeServices } from "./app/make-services"
import { loadConfig } from "./shared/config/config"

const root = createRoot(document.getElementById("root") as HTMLElement)

loadConfig().then(
  (config) => {
    const services = makeServices(config)
    void services.session.restore()
    if (services.session.isKept) void loadSignedInApp()
    root.render(
      <StrictMode>
        <App services={services} />
      </StrictMode>,
    )
  },
  (error: Error) => root.render(<CouldNotStart error={error} />),
)
