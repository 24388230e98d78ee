"""A file of sql/reports or sql/pipelines: a YAML comment, then SQL."""

from collections.abc import Sequence
from pathlib import Path

from sqlglot.tokenizer_core import Token

from sql import front_matter
from sql.errors import CatalogueProblems
from sql.front_matter import NoFrontMatter, Problem, Section
from sql.statement_text import UnreadableSql, statements


def read_sql_file(file: Path) -> tuple[Section, str, list[list[Token]]]:
    """What it declares, its SQL with the line numbers of the file, and the statements of that.

    Raises:
        CatalogueProblems: it cannot be read.
    """
    try:
        section, sql = front_matter.split(file.read_text(encoding="utf-8-sig"))
        return section, sql, statements(sql)
    except UnicodeDecodeError as error:
        raise refusal(file, [Problem(1, f"not UTF-8: {error.reason}; save it as UTF-8")]) from None
    except NoFrontMatter as error:
        raise refusal(file, [error.problem]) from None
    except UnreadableSql as error:
        raise refusal(file, [Problem(error.line, str(error))]) from None


def refusal(file: Path, problems: Sequence[Problem]) -> CatalogueProblems:
    place = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
    return CatalogueProblems(
        "\n".join(f"{place}:{problem.line}: {problem.message}" for problem in sorted(set(problems)))
    )
