"""Where the suite runs: the APIs' addresses and the credentials to call them with.

`deploy.py` writes it as JSON; QUERYCAST_CONFORMANCE_TARGET names that file.
"""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

VARIABLE = "QUERYCAST_CONFORMANCE_TARGET"


@dataclass(frozen=True)
class TargetApi:
    """One API: where it answers, and who may call it."""

    id: str
    url: str
    realtime_url: str
    host: str  # the API's own name, whatever address it is dialled at
    credentials: dict[str, dict[str, str]] = field(repr=False)  # headers by a name; first: default


@dataclass(frozen=True)
class Target:
    """Every API under test."""

    region: str
    apis: dict[str, TargetApi]
    offers: list[str]  # what cases may need
    is_aws: bool
    access_keys: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    created: dict[str, Any] = field(default_factory=dict)  # what to delete, see deploy.py
    settle_seconds: float = 0.0  # after a start_ack; AWS may acknowledge before it delivers

    def at(self, url: str) -> "Target":
        """The same APIs, answered at another address."""
        moved = {
            name: replace(
                api,
                url=f"{url}/graphql",
                realtime_url=f"{url.replace('http', 'ws', 1)}/graphql",
            )
            for name, api in self.apis.items()
        }
        return replace(self, apis=moved)

    def save(self, path: Path) -> None:
        """For its owner's eyes only: it has keys and tokens."""
        path.touch(0o600)
        path.write_text(json.dumps(asdict(self), indent=1))


def load(path: Path) -> Target:
    given = json.loads(path.read_text())
    apis = {name: TargetApi(**api) for name, api in given.pop("apis").items()}
    return Target(apis=apis, **given)


def named_target() -> Target | None:
    """The target that the environment names; None: a local one is to be started."""
    path = os.environ.get(VARIABLE)
    return load(Path(path)) if path else None
