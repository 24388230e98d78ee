/** Amplify in a page: the bundle is served from this machine, and the page obeys as Node does. */
import { createServer } from 'node:http'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

import { emit, obey, settings } from './lines.mjs'

const PAGE = '<!doctype html><title>Amplify</title><script type="module" src="/page.js"></script>'

async function bundled() {
  const entry = new URL('page.mjs', import.meta.url).pathname
  const built = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false })
  return built.outputFiles[0].contents
}

async function serve(script) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : PAGE)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${server.address().port}/`
}

async function openedPage(address) {
  // Certificates are trusted by what the home directory's store holds.
  const env = { ...process.env, HOME: settings.home }
  const browser = await chromium.launch({ executablePath: settings.browser, env })
  const page = await browser.newPage()
  page.on('pageerror', (error) => console.error(error))
  page.on('console', (message) => console.error(message.text()))
  await page.exposeFunction('emitted', (event) => emit(JSON.parse(event)))
  await page.goto(address)
  await page.waitForFunction(() => window.connect)
  await page.evaluate((settings) => window.connect(settings), settings)
  return page
}

const page = await openedPage(await serve(await bundled()))
const command = (name) => (details) =>
  page.evaluate(([name, details]) => void window.client[name](details), [name, details])
await obey({ request: command('request'), follow: command('follow') })
