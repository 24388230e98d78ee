"""Draws docs/pictures/notebook.png: what a notebook shows of cells that are run for it.

python clients/python/notebook_picture.py        (`make screenshots` does, on the stack that runs)

The cells run here, not in a kernel; of one, what is displayed is taken (querycast.progress).
"""

import ast
import shutil
import sys
from html import escape
from io import StringIO
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.syntax import Syntax

from querycast.progress import BAR

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "notebook.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH = 720
CELLS = (
    "from querycast import Client\n\nclient = Client.from_outputs()",
    'result = client.run("taxi_top_days", measure="fares", days=8)\nresult',
    'frame = result.to_pandas()\nframe.groupby("weekday", as_index=False)["amount"].sum()',
    'client.export("taxi_by_day", month="2015-06")',
)
STYLE = """
body { margin: 0; padding: 12px 16px; background: #fff; font: 13px/1.4 "DejaVu Sans", sans-serif }
.cell { display: grid; grid-template-columns: 56px 1fr; margin-bottom: 10px; align-items: start }
.prompt { color: #616161; font: 12px "DejaVu Sans Mono", monospace; padding-top: 7px }
.code { background: #f5f5f5; border: 1px solid #e0e0e0; padding: 6px 8px }
.code pre { margin: 0; font: 12.5px/1.4 "DejaVu Sans Mono", monospace }
.shown { grid-column: 2; padding: 6px 8px 0 }
table { border-collapse: collapse; border: none; font-size: 12px }
th, td { padding: 4px 8px; border: none } thead { border-bottom: 1px solid #bdbdbd }
tbody tr:nth-child(odd) { background: #f5f5f5 } p { margin: 6px 0 }
"""


class Displays:
    """As much of IPython as there is to a display: what each one shows, one after the other."""

    def __init__(self) -> None:
        self.shown: list[list[str]] = []
        shell = SimpleNamespace(kernel=self)
        self._install("IPython", get_ipython=lambda: shell)
        self._install("IPython.display", display=self.display)

    def display(self, shown: dict[str, str], **_: Any) -> SimpleNamespace:
        lines = [shown["text/html"]]
        self.shown.append(lines)
        return SimpleNamespace(update=lambda shown, **_: lines.append(shown["text/html"]))

    def _install(self, name: str, **members: Any) -> None:
        module = ModuleType(name)
        vars(module).update(members)
        sys.modules[name] = module


def main() -> None:
    """Run the cells and draw them; the last one while it waits."""
    displays, names = Displays(), dict[str, Any]()
    cells = [_cell(number, code, names, displays) for number, code in enumerate(CELLS, 1)]
    names["client"].close()
    _draw(f"<meta charset='utf-8'><style>{STYLE}</style>{''.join(cells)}")


def _cell(number: int, code: str, names: dict[str, Any], displays: Displays) -> str:
    displays.shown.clear()
    value = _run(code, names)
    is_last = number == len(CELLS)
    lines = [[line for line in each if BAR in line or not is_last][-1] for each in displays.shown]
    shown = lines if is_last else [*lines, _html(value)]
    outputs = "".join(f"<div class='shown'>{each}</div>" for each in shown if each)
    prompt = f"[{'*' if is_last else number}]:"
    return (
        f"<div class='cell'><div class='prompt'>{prompt}</div>"
        f"<div class='code'>{_highlighted(code)}</div>{outputs}</div>"
    )


def _run(code: str, names: dict[str, Any]) -> Any:
    """The value of the last line, where that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def _highlighted(code: str) -> str:
    console = Console(record=True, file=StringIO())
    console.print(Syntax(code, "python", theme="default", background_color="#f5f5f5"))
    return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>").rstrip()


def _html(value: Any) -> str:
    if value is None:
        return ""
    return str(value._repr_html_()) if hasattr(value, "_repr_html_") else escape(repr(value))


def _draw(html: str) -> None:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        raise SystemExit(f"There is no browser to draw with: none of {', '.join(BROWSERS)}.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        page = browser.new_page(viewport={"width": WIDTH, "height": 100}, device_scale_factor=1.5)
        page.set_content(html)
        page.screenshot(path=PICTURE, full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
