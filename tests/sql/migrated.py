"""A local Redshift where all migrations are applied, as a stage with sample data has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.aws.migration_statements import MigrationStatements
from core.migrate import migrate
from core.migration import filled_in
from sql.compile_migrations import MIGRATIONS, compile_migrations
from sql.stack import Stack
from tests.sql.object_store import ObjectStore
from tests.sql.redshift_server import redshift

SETTINGS = {"data_bucket": "data", "copy_role": "default"}


@contextmanager
def migrated(folder: Path, object_store: ObjectStore) -> Iterator[Stack]:
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = 000000000000\naws_secret_access_key = secret\n"
    )
    with redshift(folder / "data", object_store.url) as url:
        outputs = {
            "region": "us-east-1",
            "dataBucket": SETTINGS["data_bucket"],
            "warehouseWorkgroup": "querycast",
            "warehouseDatabase": "dev",
            "sampleData": "true",
            "awsEndpointUrl": object_store.url,
            "redshiftDataUrl": url,
            "credentialsFile": str(folder / "credentials"),
        }
        stack = Stack(folder / "outputs.json", outputs)
        statements = MigrationStatements(stack.redshift_data, stack.warehouse)
        migrations = list(filled_in(compile_migrations(MIGRATIONS), SETTINGS))
        migrate(statements, migrations, "test", lambda: True)
        yield stack
