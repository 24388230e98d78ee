"""What the local Redshift supports, as the cases of the tests show it, for docs/local-redshift.md.

`python -m tests.conformance.redshift.support` writes the lists into the page.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlglot import exp

from local.redshift.sql.script import Command, Kind, commands
from local.redshift.sql.system_relations import SYSTEM_NAME
from tests.conformance.redshift.sql_cases import SqlCase, sql_cases
from tests.conformance.redshift.test_pipeline import statements
from tests.local.redshift.test_procedures import COMPUTED
from tests.local.redshift.test_refusals import REFUSED

PAGE = Path(__file__).parents[3] / "docs" / "local-redshift.md"
BEGIN, END = "<!-- made from the tests: begin -->", "<!-- made from the tests: end -->"

_REFUSAL = " is not supported"
_ACTION = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WITH_GRAMMAR: dict[type[exp.Expr], str] = {
    exp.CurrentDate: "current_date",
    exp.CurrentTimestamp: "sysdate",
    exp.Extract: "extract",
    exp.Substring: "substring",
    exp.Trim: "trim",
    exp.StrPosition: "position",
    exp.Cast: "cast",
    exp.TryCast: "try_cast",
}


def lists() -> str:
    """The part of the page that is made from the tests."""
    cases = sql_cases()
    parsed = [command for case in cases for command in _parsed(case)]
    parsed += [command for text in statements() for command in commands(text, set())]
    return "\n".join(
        [
            BEGIN,
            f"{len(cases)} facts about SQL and {len(COMPUTED)} about procedures stand behind this.",
            "",
            "### Supported",
            "",
            f"**Commands**: {_joined(_command_names(parsed))}.",
            "",
            f"**Functions**: {_joined(_functions(parsed))}.",
            "",
            f"**System relations**: {_joined(_relations(parsed))}.",
            "",
            "### Accepted, without effect",
            "",
            "What changes only how a cluster stores or guards data, so no answer depends on it:",
            "",
            f"{_joined(_without_effect(cases))}; the attributes BACKUP, DISTKEY, DISTSTYLE,"
            " ENCODE and SORTKEY of tables and materialized views; PRIMARY KEY, UNIQUE and"
            " REFERENCES, which Redshift does not enforce either; the settings that `SHOW ALL`"
            " lists, as far as they take more than one value, other than search_path and"
            " statement_timeout.",
            "",
            "### Refused by name",
            "",
            *[f"- {construct}" for construct in _refused(cases)],
            END,
        ]
    )


def written(page: str) -> str:
    """The page with the lists as they are now."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + lists() + tail


def _parsed(case: SqlCase) -> Iterator[Command]:
    """The commands of a case that succeed."""
    texts = case.given if "error" in case.expected else [*case.given, case.sql]
    for text in texts:
        yield from commands(text, set(case.values))


def _command_names(parsed: list[Command]) -> set[str]:
    return {name for command in parsed if (name := _command_name(command))}


def _command_name(command: Command) -> str:
    if command.action is not None:
        words = _ACTION.sub(" ", type(command.action).__name__).split()[:-1]
        return _NAMED.get(" ".join(words), " ".join(words)).upper()
    expression = command.expression
    match expression:
        case exp.Create() | exp.Drop():
            return f"{type(expression).__name__} {expression.args['kind']}".upper()
        case exp.Alter():
            return "ALTER TABLE"
        case None:
            return "" if command.kind is Kind.NOTHING else command.kind.name
        case exp.SetOperation() | exp.Subquery():
            return "SELECT"
    return re.sub("TABLE$", "", type(expression).__name__.upper())


_NAMED = {
    "View": "create, refresh and drop materialized view",
    "Append": "alter table append",
    "Layout": "",
    "Show Definition": "show table, view and procedure",
    "Remove Duplicates": "merge ... remove duplicates",
}


def _functions(parsed: list[Command]) -> set[str]:
    names = set()
    for command in parsed:
        if command.expression is None:
            continue
        for node in command.expression.walk():
            if isinstance(node, exp.Anonymous) and not node.name.lower().startswith("f_"):
                names.add(node.name.lower())
            elif type(node) in _WITH_GRAMMAR:
                names.add(_WITH_GRAMMAR[type(node)])
    return names


def _relations(parsed: list[Command]) -> set[str]:
    tables = [
        table
        for command in parsed
        if command.expression is not None
        for table in command.expression.find_all(exp.Table)
    ]
    own = {table.name.lower() for table in tables if SYSTEM_NAME.match(table.name.lower())}
    return own | {
        f"information_schema.{table.name.lower()}"
        for table in tables
        if table.db.lower() == "information_schema"
    }


def _without_effect(cases: list[SqlCase]) -> set[str]:
    """Commands that are nothing here, by their first words."""
    found = set()
    for case in cases:
        for text in (*case.given, case.sql):
            words = text.upper().split()
            if words[0] in ("ANALYZE", "VACUUM", "GRANT", "REVOKE", "COMMENT"):
                found.add(words[0])
            elif len(words) > 1 and words[1] in ("USER", "GROUP", "ROLE"):
                found.add(f"{words[0]} {words[1]}")
            elif words[:2] == ["ALTER", "TABLE"] and "OWNER" in words:
                found.add("ALTER TABLE ... OWNER TO")
    return found


def _refused(cases: list[SqlCase]) -> list[str]:
    named = {construct for _, construct in REFUSED}
    for case in cases:
        error = str(case.expected.get("error", ""))
        if _REFUSAL in error:
            named.add(error.partition(_REFUSAL)[0].removeprefix("ERROR: "))
    return sorted(named, key=str.lower)


def _joined(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names) if name)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
