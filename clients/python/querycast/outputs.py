"""Which stack to talk to: the outputs file that every deployment writes, or a profile, which is one
that is kept under a name (querycast.profiles).

A local stack's file also has `demoUsers` and `awsEndpointUrl`; a stack on AWS has neither.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from querycast.errors import NotConfigured

OUTPUTS_FILE = Path(".querycast", "outputs.json")
REQUIRED = ("graphqlUrl", "realtimeUrl", "region", "userPoolId", "userPoolClientId")
DEFAULT_PROFILE = "default"  # asked where no file is found
NEXT_STEP = "start a local stack with `make up`, or name the file with QUERYCAST_OUTPUTS"


@dataclass(frozen=True)
class DemoUser:
    """Somebody who exists on a local stack only."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Outputs:
    """What a client needs of a stack's outputs. `aws_endpoint_url`: None on AWS itself."""

    graphql_url: str
    realtime_url: str
    region: str
    user_pool_id: str
    user_pool_client_id: str
    aws_endpoint_url: str | None
    demo_users: tuple[DemoUser, ...]

    def to_json(self) -> dict[str, Any]:
        """As an outputs file has them."""
        users = [{"email": user.email, "password": user.password} for user in self.demo_users]
        return {
            "graphqlUrl": self.graphql_url,
            "realtimeUrl": self.realtime_url,
            "region": self.region,
            "userPoolId": self.user_pool_id,
            "userPoolClientId": self.user_pool_client_id,
            "awsEndpointUrl": self.aws_endpoint_url,
            "demoUsers": users,
        }

    @property
    def cognito_url(self) -> str:
        """Where users sign in."""
        return self.aws_endpoint_url or f"https://cognito-idp.{self.region}.amazonaws.com/"

    @property
    def demo_user(self) -> DemoUser | None:
        """Who asks on a local stack where nobody has signed in."""
        return self.demo_users[0] if self.aws_endpoint_url and self.demo_users else None


def read_outputs(path: Path | None = None) -> Outputs:
    """The outputs in the file that `outputs_file` finds.

    Raises:
        NotConfigured: there is no such file, or it is not a stack's outputs.
    """
    found = outputs_file(path)
    try:
        document = json.loads(found.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotConfigured(f"Cannot read {found}: {error.strerror}; {NEXT_STEP}.") from None
    except ValueError as error:
        raise NotConfigured(f"{found} is not a JSON document ({error}); {NEXT_STEP}.") from None
    return _outputs(found, document)


def outputs_file(path: Path | None = None) -> Path:
    """The file of that path, or of the profile of that name; by default the one that
    QUERYCAST_OUTPUTS names, the nearest one here or above, or that of the profile `default`.

    Raises:
        NotConfigured: no file is named, and there is none; what is named is neither.
    """
    named = path or _named_by_environment()
    return _named(named) if named else _nearest(Path.cwd())


def profiles_folder() -> Path:
    """Where profiles are, a file each."""
    from platformdirs import user_config_path  # only who has none here needs it

    return user_config_path("querycast", appauthor=False) / "profiles"


def _named_by_environment() -> Path | None:
    named = os.environ.get("QUERYCAST_OUTPUTS")
    return Path(named) if named else None


def _named(path: Path) -> Path:
    if path.exists() or len(path.parts) != 1 or path.suffix:
        return path
    profile = profiles_folder() / f"{path}.json"
    if not profile.exists():
        raise NotConfigured(
            f"{str(path)!r} is neither a file nor a profile; `querycast profiles list` has yours, "
            f"`querycast profiles add {path} FILE` makes it one."
        )
    return profile


def _nearest(directory: Path) -> Path:
    for folder in (directory, *directory.parents):
        if (folder / OUTPUTS_FILE).is_file():
            return folder / OUTPUTS_FILE
    default = profiles_folder() / f"{DEFAULT_PROFILE}.json"
    if default.is_file():
        return default
    raise NotConfigured(f"No {OUTPUTS_FILE} in {directory} or above it; {NEXT_STEP}.")


def _outputs(path: Path, document: Any) -> Outputs:
    if not isinstance(document, Mapping):
        raise NotConfigured(f"{path} does not hold a JSON object; {NEXT_STEP}.")
    missing = [name for name in REQUIRED if not document.get(name)]
    if missing:
        raise NotConfigured(f"{path} has no {', '.join(missing)}; {NEXT_STEP}.")
    return Outputs(
        graphql_url=document["graphqlUrl"],
        realtime_url=document["realtimeUrl"],
        region=document["region"],
        user_pool_id=document["userPoolId"],
        user_pool_client_id=document["userPoolClientId"],
        aws_endpoint_url=document.get("awsEndpointUrl"),
        demo_users=tuple(
            DemoUser(user["email"], user["password"]) for user in document.get("demoUsers", ())
        ),
    )
