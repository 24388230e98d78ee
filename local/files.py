"""Files of the state directory: written whole or not at all, readable by their owner only."""

import json
import os
from pathlib import Path
from typing import Any


def write_private(path: Path, content: str | bytes) -> None:
    """Replace the file at once, so that neither a reader nor a crash ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    draft.replace(path)


def write_json(path: Path, value: Any) -> bool:
    """Write the value unless the file already says the same; whether it was written."""
    text = json.dumps(value, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write_private(path, text)
    return True


def read_json(path: Path) -> Any:
    """What the file says; None where there is no file, or none that can be read as JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
