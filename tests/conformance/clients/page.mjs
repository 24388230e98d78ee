/** What the browser runs; `emitted` is given to it from outside. */
import { amplify } from './amplify.mjs'

window.connect = (settings) => {
  window.client = amplify(settings, (event) => window.emitted(JSON.stringify(event)))
}
