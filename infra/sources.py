"""Where the parts that the template carries come from; every path is relative to the repository."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
LAMBDA_ASSET = ROOT / "build" / "lambda"
CLOUD_ASSEMBLY = ROOT / "build" / "cdk.out"
MIGRATIONS = ROOT / "build" / "migrations.json"
SCHEMA = ROOT / "schema" / "schema.graphql"
RESOLVERS = ROOT / "resolvers"


class SourceMissing(Exception):
    """A file that another step makes is not there yet; the message names the step."""


def check_sources() -> None:
    """Refuse early, and by name, what the CDK would refuse late."""
    for path, step in (
        (LAMBDA_ASSET, "python -m infra.bundle"),
        (MIGRATIONS, "python -m sql.compile_migrations"),
        (SCHEMA, "make schema"),
    ):
        if not path.exists():
            raise SourceMissing(f"{path.relative_to(ROOT)} does not exist; make it with `{step}`.")


def resolver_code(name: str) -> str:
    """The APPSYNC_JS of `resolvers/NAME.js`."""
    return (RESOLVERS / f"{name}.js").read_text(encoding="utf-8")
