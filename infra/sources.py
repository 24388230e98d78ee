"""Where the parts that the template carries come from; every path is relative to the repository."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CLOUD_ASSEMBLY = ROOT / "build" / "cdk.out"
SCHEMA = ROOT / "schema" / "schema.graphql"
RESOLVERS = ROOT / "resolvers"
WEB = ROOT / "build" / "web"
WEB_SERVING = ROOT / "clients" / "web" / "serving.json"
PAGES = ROOT / "infra" / "pages.js"


@dataclass(frozen=True)
class Built:
    """What other steps make for the template: the Lambdas' code, and what sql/ is compiled to.

    agenda_asset: the same code with what only the agenda's Lambdas need beside it.
    """

    lambda_asset: Path
    agenda_asset: Path
    migrations: Path
    catalogue: Path


BUILT = Built(
    lambda_asset=ROOT / "build" / "lambda",
    agenda_asset=ROOT / "build" / "lambda-agenda",
    migrations=ROOT / "build" / "migrations.json",
    catalogue=ROOT / "build" / "catalogue.json",
)


class SourceMissing(Exception):
    """A file that another step makes is not there yet; the message names the step."""


def check_sources() -> None:
    """Refuse early, and by name, what the CDK would refuse late."""
    for path, step in (
        (BUILT.lambda_asset, "python -m infra.bundle"),
        (BUILT.agenda_asset, "python -m infra.bundle"),
        (BUILT.migrations, "python -m sql.compile_migrations"),
        (BUILT.catalogue, "python -m sql.compile"),
        (SCHEMA, "make schema"),
    ):
        if not path.exists():
            raise SourceMissing(f"{path.relative_to(ROOT)} does not exist; make it with `{step}`.")


def resolver_code(name: str) -> str:
    """The APPSYNC_JS of `resolvers/NAME.js`."""
    return (RESOLVERS / f"{name}.js").read_text(encoding="utf-8")


def web_serving() -> Any:
    """How the web application's files are served: their headers, and what caches may do."""
    return json.loads(WEB_SERVING.read_text(encoding="utf-8"))
