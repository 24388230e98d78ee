"""The rows that are exported: as the warehouse's SQL, as a report, and as DuckDB reads them back.

They lie in a table, so that neither side has to make them while it is measured, and they have an
order, as most reports have.
"""

from dataclasses import dataclass

NUMBERS = """
    with recursive n(i) as (select 1 union all select i + 1 from n where i < {root})
    select i, (i / 4.0)::decimal(18, 2) as price, '2015-06-01'::timestamp as sold_at,
        md5(i::varchar) as name
    from (select ((a.i - 1) * {root} + b.i)::bigint as i from n as a cross join n as b) as numbers
    where i <= {rows}"""
TABLE = "create table numbers as {numbers}"
QUERY = "select i, price, sold_at, name from numbers order by i"
NAME = "numbers"
REPORT = f"""/*
title: All numbers
*/
{QUERY}
"""

_COLUMNS = "{{'i': 'bigint', 'price': 'decimal(18, 2)', 'sold_at': 'timestamp', 'name': 'varchar'}}"


@dataclass(frozen=True)
class Format:
    """A format of exports. `copy`: DuckDB's options for it; `reader`: how DuckDB reads a file."""

    name: str
    copy: str
    reader: str

    def read(self, file: str) -> str:
        return f"select i, price, sold_at, name from {self.reader.format(file=file)}"


FORMATS = (
    Format(
        "CSV", "format csv, header", f"read_csv('{{file}}', header = true, columns = {_COLUMNS})"
    ),
    Format(
        "JSON",
        "format json",
        f"read_json('{{file}}', format = 'newline_delimited', columns = {_COLUMNS})",
    ),
    Format("PARQUET", "format parquet", "read_parquet('{file}')"),
)


def table_sql(rows: int) -> str:
    """A statement that makes the table, in Redshift's SQL and in DuckDB's."""
    root = round(rows**0.5) + 1
    return TABLE.format(numbers=NUMBERS.format(root=root, rows=rows))
