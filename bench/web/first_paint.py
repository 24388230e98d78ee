"""When something is seen, and when what one came for is: on a processor a quarter as fast.

Each visit is the first one of a new profile, so that nothing is cached.
https://www.w3.org/TR/paint-timing/#first-contentful-paint
https://chromedevtools.github.io/devtools-protocol/tot/Emulation/#method-setCPUThrottlingRate
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from bench.web.browser import Site

SLOWDOWN = 4
VISITS = 5

# Promises: of the first contentful paint, and of the frame after an element is there.
WATCH = """selector => {
  window.firstPaint = new Promise(resolve => {
    new PerformanceObserver(list => {
      const [paint] = list.getEntriesByName("first-contentful-paint")
      if (paint) resolve(paint.startTime)
    }).observe({ type: "paint", buffered: true })
  })
  window.content = new Promise(resolve => {
    const look = () => {
      if (!document.querySelector(selector)) return requestAnimationFrame(look)
      requestAnimationFrame(resolve)
    }
    look()
  })
}"""


@dataclass(frozen=True)
class Painted:
    """Median milliseconds from the navigation: to the first paint, and to the content."""

    page: str
    first: float
    content: float


def first_paints(site: Site) -> list[Painted]:
    return [
        _painted("sign-in", site.new_page, "input[type=password]"),
        _painted("catalogue, with a session", site.signed_in_page, "main a[href^='/reports/']"),
    ]


def _painted(name: str, new_page: Callable[[], Page], selector: str) -> Painted:
    visits = [_visit(new_page(), selector) for _ in range(VISITS)]
    first, content = (statistics.median(times) for times in zip(*visits, strict=True))
    return Painted(name, first, content)


def _visit(page: Page, selector: str) -> tuple[float, float]:
    """Milliseconds to the first contentful paint, and to what the selector finds."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.add_init_script(f"({WATCH})({selector!r})")
    page.goto("/")
    content = float(page.evaluate("window.content"))
    first = float(page.evaluate("window.firstPaint"))
    page.context.close()
    return first, content
