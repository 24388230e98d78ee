"""What a page holds on to while runs come and go in it: it must not grow.

Runs are started and opened by the links and buttons of the pages, without loading anything anew.
Answers come from a result that is there already, so that a thousand take minutes.
https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#method-collectGarbage
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import CDPSession

from bench.web.browser import PATIENCE_MS, Site

REPORT = "taxi_by_day"
STEP = 100  # runs between two looks

RUN_AND_OPEN = """async ([runs, patienceMs]) => {
  const until = find => new Promise((resolve, reject) => {
    const end = () => { observer.disconnect(); clearTimeout(timer) }
    const look = () => { const found = find(); if (found) { end(); resolve(found) } }
    const timer = setTimeout(() => { end(); reject(new Error(`no ${find}`)) }, patienceMs)
    const observer = new MutationObserver(look)
    observer.observe(document, { subtree: true, childList: true, characterData: true })
    look()
  })
  const at = (path, selector, isIt = () => true) => () =>
    location.pathname.startsWith(path) &&
    [...document.querySelectorAll(selector)].find(isIt)
  for (let count = 0; count < runs; count += 1) {
    const run = at("/reports/", "form button", ({ textContent }) => textContent.trim() === "Run")
    ;(await until(run)).click()
    await until(at("/queries/", ".result-body [role=row]"))
    ;(await until(at("/queries/", "nav a[href^='/reports/']"))).click()
  }
  await until(at("/reports/", "form button"))
}"""


@dataclass(frozen=True)
class Held:
    """After so many runs, all garbage collected."""

    runs: int
    heap_bytes: int
    nodes: int


def held(site: Site, runs: int) -> Iterator[Held]:
    """Every hundred runs, of one page that is never loaded anew."""
    page = site.signed_in_page()
    page.goto(f"/reports/{REPORT}")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    for done in range(STEP, runs + 1, STEP):
        page.evaluate(RUN_AND_OPEN, [STEP, PATIENCE_MS])
        yield _look(session, done)
    page.context.close()


def growth(looks: Sequence[Held]) -> float:
    """Bytes that the heap grows by with each run, after the first hundred."""
    slope, _ = statistics.linear_regression(
        [look.runs for look in looks], [look.heap_bytes for look in looks]
    )
    return slope


def _look(session: CDPSession, runs: int) -> Held:
    for _ in range(2):  # what the first finds to be garbage may have held other things
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    metrics = session.send("Performance.getMetrics")["metrics"]
    nodes = next(each["value"] for each in metrics if each["name"] == "Nodes")
    return Held(runs, int(heap), int(nodes))
