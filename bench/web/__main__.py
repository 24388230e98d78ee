"""`python -m bench.web`: the web application in Chromium, on a stack of its own, in one run."""

from bench.web.browser import Site, site
from bench.web.first_paint import SLOWDOWN, first_paints
from bench.web.memory import growth, held
from bench.web.push_to_pixels import push_to_pixels
from bench.web.scroll import scrolled

ROWS = 100_000
PUSHES = 60
RUNS = 1_000


def main() -> None:
    with site(ROWS) as measured:
        print_first_paints(measured)
        print_scrolling(measured)
        print_pushes(measured)
        print_memory(measured)


def print_first_paints(measured: Site) -> None:
    print(f"\nOn a processor slowed down {SLOWDOWN} times, nothing cached, median ms:\n")
    print("| page | first contentful paint | content |")
    print("|---|---|---|")
    for one in first_paints(measured):
        print(f"| {one.page} | {one.first:.0f} | {one.content:.0f} |", flush=True)


def print_scrolling(measured: Site) -> None:
    print(f"\n{ROWS:,} rows that scroll:\n")
    print("| how | frames a second | p99 of a frame, ms | frames over 50 ms |")
    print("|---|---|---|---|")
    for one in scrolled(measured, ROWS):
        print(
            f"| {one.how} | {one.frames_per_second:.0f} | {one.p99_ms:.0f} | {one.long:.1%} |",
            flush=True,
        )


def print_pushes(measured: Site) -> None:
    print("\nFrom the push in the page to its pixels, ms:\n")
    print("| pushes | median | p95 |")
    print("|---|---|---|")
    painted = push_to_pixels(measured, PUSHES)
    print(f"| {painted.count} | {painted.median_ms:.0f} | {painted.p95_ms:.0f} |", flush=True)


def print_memory(measured: Site) -> None:
    print("\nWhat one page holds while runs come and go:\n")
    print("| runs | JavaScript heap, MB | DOM nodes |")
    print("|---|---|---|")
    looks = []
    for look in held(measured, RUNS):
        looks.append(look)
        print(f"| {look.runs:,} | {look.heap_bytes / 1e6:.1f} | {look.nodes:,} |", flush=True)
    print(f"\nAfter the first look it grows by {growth(looks):.0f} bytes a run.")


if __name__ == "__main__":
    main()
