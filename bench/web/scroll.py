"""Frames a second while a long result scrolls, by the times that the browser gives to frames.

https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#animation-frames
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Page

from bench.web.browser import Site

SECONDS = 5
READING = 1_500  # pixels a second: more than one screen of rows
LONG_MS = 50  # a frame that one sees

SCROLL = """([pixelsPerSecond, seconds]) => new Promise(resolve => {
  const scroller = document.querySelector(".result-scroller")
  const farthest = scroller.scrollHeight - scroller.clientHeight
  const speed = (pixelsPerSecond ?? farthest / seconds) / 1000
  const times = []
  scroller.scrollTo(0, 0)
  const frame = now => {
    times.push(now)
    const elapsed = now - times[0]
    scroller.scrollTo(0, Math.min(farthest, elapsed * speed))
    if (elapsed < seconds * 1000) requestAnimationFrame(frame)
    else resolve(times)
  }
  requestAnimationFrame(frame)
})"""


@dataclass(frozen=True)
class Scrolled:
    """How it scrolled. long: the share of frames of more than 50 ms."""

    how: str
    frames_per_second: float
    p99_ms: float
    long: float


def scrolled(site: Site, rows: int) -> list[Scrolled]:
    """At reading speed, and from the first row to the last."""
    page = site.signed_in_page()
    site.large_result(page, rows)
    _scroll(page, None)  # so that all code is compiled below
    result = [
        _summary("steadily, 1,500 pixels a second", _scroll(page, READING)),
        _summary(f"from the first row to the last in {SECONDS} s", _scroll(page, None)),
    ]
    page.context.close()
    return result


def _scroll(page: Page, pixels_per_second: int | None) -> list[float]:
    """When each frame began, in milliseconds; None: as fast as the end is reached in time."""
    times: list[float] = page.evaluate(SCROLL, [pixels_per_second, SECONDS])
    return times


def _summary(how: str, times: Sequence[float]) -> Scrolled:
    deltas = [after - before for before, after in pairwise(times)]
    return Scrolled(
        how,
        frames_per_second=1_000 * len(deltas) / (times[-1] - times[0]),
        p99_ms=statistics.quantiles(deltas, n=100, method="inclusive")[98],
        long=sum(delta > LONG_MS for delta in deltas) / len(deltas),
    )
