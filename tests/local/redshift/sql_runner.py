"""SQL in, Python values out, without a server in between."""

import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from local.redshift.api.caller import Caller
from local.redshift.errors import SqlError
from local.redshift.running import result_set
from local.redshift.running.execution import Execution
from local.redshift.running.statement import Part, ResultFormat, Statement
from local.redshift.transfer.s3 import ObjectStore
from local.redshift.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Answer:
    """The last result set: names, type names and rows, NULL as None."""

    names: list[str]
    types: list[str]
    rows: list[list[Any]]


class SqlRunner:
    """Runs statements on one warehouse."""

    def __init__(self, warehouse: Warehouse, s3_endpoint: str | None = None) -> None:
        self._warehouse = warehouse
        self._objects = ObjectStore(s3_endpoint)

    def statement(self, *sqls: str, **values: str) -> Statement:
        """The statement after it has run; a SqlError is raised as it is."""
        statement = Statement(
            id=str(uuid.uuid4()),
            parts=[Part(sql=sql) for sql in sqls],
            parameters=[{"name": name, "value": value} for name, value in values.items()],
            database="dev",
            caller=Caller(),
            created_at=0.0,
            updated_at=0.0,
            is_batch=len(sqls) > 1,
        )
        Execution(statement, self._warehouse, self._objects).run()
        return statement

    def __call__(self, *sqls: str, **values: str) -> Answer:
        statement = self.statement(*sqls, **values)
        part = statement.parts[-1]
        if part.columns is None:
            return Answer([], [], [])
        index = len(statement.parts) - 1
        path = result_set.file(self._warehouse.results, statement.id, index)
        pages = [
            orjson.loads(result_set.page(path, part, ResultFormat.JSON, page, None))
            for page in range(max(len(part.pages), 1))
        ]
        rows = [[value(field) for field in record] for page in pages for record in page["Records"]]
        names = [column["name"] for column in part.columns]
        return Answer(names, [column["typeName"] for column in part.columns], rows)

    def row(self, sql: str, **values: str) -> list[Any]:
        """The one row of a query."""
        (row,) = self(sql, **values).rows
        return row

    def error(self, *sqls: str, **values: str) -> str:
        """What the statement fails with."""
        try:
            self(*sqls, **values)
        except SqlError as error:
            return str(error)
        raise AssertionError(f"{sqls} did not fail")


def value(field: dict[str, Any]) -> Any:
    ((kind, found),) = field.items()
    return None if kind == "isNull" else found
