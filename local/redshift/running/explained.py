"""What DuckDB and the disk say, in Redshift's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from sqlglot import exp

from local.redshift.errors import Cancelled, SqlError
from local.redshift.sql.messages import redshift_message

TOO_DEEP = "stack depth limit exceeded; nest the statement less deeply"


@contextmanager
def explained(expression: exp.Expr | None = None) -> Iterator[None]:
    """Around what may fail; the statement helps to find the words."""
    try:
        yield
    except duckdb.InterruptException:
        raise Cancelled from None
    except duckdb.Error as error:
        raise SqlError(redshift_message(error, expression)) from error
    except RecursionError:
        raise SqlError(TOO_DEEP) from None
    except OSError as error:
        raise SqlError(f"Disk Full: {error.strerror}") from error
