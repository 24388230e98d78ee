"""From the frame of a push arriving in the page to the painted frame that shows its result.

The page's own clock tells both: the first listener of the WebSocket's message event, and the first
task after the animation frame that has the rows, for that frame is laid out and painted before it.
https://html.spec.whatwg.org/multipage/webappapis.html#update-the-rendering
"""

import statistics
from dataclasses import dataclass

from playwright.sync_api import Page

from bench.web.browser import Site

REPORT = "taxi_by_day"

OBSERVE = """(() => {
  const arrivals = []
  window.pushes = arrivals
  const isShown = id =>
    location.pathname.endsWith(id) && document.querySelector(".result-body [role=row]") !== null
  const arrived = id => {
    const push = { id, wasShown: isShown(id), wasOpen: location.pathname.endsWith(id), ms: null }
    const at = performance.now()
    arrivals.push(push)
    const look = () => {
      if (push.ms !== null || !isShown(id)) return
      observer.disconnect()
      requestAnimationFrame(() => {
        const painted = new MessageChannel()
        painted.port1.onmessage = () => { push.ms = performance.now() - at }
        painted.port2.postMessage(null)
      })
    }
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true })
  }
  const Native = window.WebSocket
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given)
      this.addEventListener("message", ({ data }) => {
        const query = JSON.parse(data).payload?.data?.onQueryChange
        if (query?.status === "FINISHED") arrived(query.id)
      })
    }
  }
})()"""


@dataclass(frozen=True)
class Painted:
    """Milliseconds from the push to its pixels, of so many pushes."""

    count: int
    median_ms: float
    p95_ms: float


def push_to_pixels(site: Site, count: int) -> Painted:
    """Of so many runs of a report with a chart, each open in the page when its push arrives."""
    page = site.signed_in_page()
    page.add_init_script(OBSERVE)
    page.goto(f"/reports/{REPORT}")
    page.get_by_role("button", name="Run", exact=True).click()
    times: list[float] = []
    _shown(page)  # the code of the chart and of the table comes with the first
    while len(times) < count:
        if (ms := _again(page)) is not None:
            times.append(ms)
    page.context.close()
    return Painted(
        count,
        statistics.median(times),
        statistics.quantiles(times, n=20, method="inclusive")[18],
    )


def _again(page: Page) -> float | None:
    """Run it again; None where the push came before the page of its query, or never."""
    before, known = page.url, page.evaluate("window.pushes.length")
    page.get_by_role("button", name="Run again").click()
    page.wait_for_function("before => location.href !== before", arg=before)
    _shown(page)
    if page.evaluate("window.pushes.length") == known:
        return None
    push = page.evaluate_handle("window.pushes.at(-1)")
    if not push.evaluate("push => push.wasOpen && !push.wasShown"):
        return None
    page.wait_for_function("push => push.ms !== null", arg=push)
    return float(push.evaluate("push => push.ms"))


def _shown(page: Page) -> None:
    page.locator(".result-body [role=row]").first.wait_for()
