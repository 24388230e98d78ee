"""docs/python/reference.md is what the docstrings say now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_fresh() -> None:
    """`make docs` writes it anew."""
    program = ROOT / "clients" / "python" / "reference.py"
    said = subprocess.check_output([sys.executable, program], text=True)

    assert (ROOT / "docs" / "python" / "reference.md").read_text(encoding="utf-8") == said
