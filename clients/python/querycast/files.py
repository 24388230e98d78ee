"""Small files of ours in the user's folders: whole or as they were, and nobody else's to read."""

import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any


def write_private(path: Path, document: Any) -> None:
    """The document as JSON, in a folder that is made if need be."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(  # made with mode 0600
        "w", dir=path.parent, delete=False, encoding="utf-8"
    ) as file:
        json.dump(document, file)
    os.replace(file.name, path)
