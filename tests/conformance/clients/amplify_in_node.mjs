import { amplify } from './amplify.mjs'
import { emit, obey, settings } from './lines.mjs'

await obey(amplify(settings, emit))
