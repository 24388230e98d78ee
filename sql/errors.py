"""What the tools of this room refuse, in one tree.

    SqlToolError
    ├── CatalogueProblems     report or pipeline files that do not compile, each with file and line
    ├── SchedulesNotDeployed  the pipelines' schedules are not those that the stack runs by
    ├── NoStack               there is no deployed stack to talk to, or it does not answer
    ├── StatementFailed       Redshift ended a statement without success
    ├── MigrationProblems     migration files that do not compile, every problem with its file
    ├── MigrationStopped      the warehouse is not where sql/migrations says, and why
    ├── SampleDataRefused     the taxi files given are not ones we know
    └── LoadRefused           a file that cannot become a table

A message names the value, the rule and the next step: it is all the operator sees.
"""


class SqlToolError(Exception):
    """The operator can mend it; printed without a traceback, exit code 1."""


class CatalogueProblems(SqlToolError):
    """Report or pipeline files that do not compile; one line a problem, `file:line: what`."""


class SchedulesNotDeployed(SqlToolError):
    """Schedules belong to the stack, so a deployment must come before what needs others."""


class NoStack(SqlToolError):
    """No outputs.json was found, it lacks an output, or what it names does not answer."""


class StatementFailed(SqlToolError):
    """A statement ended FAILED or ABORTED; carries Redshift's message and the statement."""

    def __init__(self, status: str, message: str, statement: str) -> None:
        super().__init__(f"{status}: {message}\nin the statement:\n{statement}")
        self.message = message


class MigrationProblems(SqlToolError):
    """A migration's file cannot be read, or a statement cannot be in its transaction."""


class MigrationStopped(SqlToolError):
    """A migration was refused or failed; the words are those of a deployment."""


class SampleDataRefused(SqlToolError):
    """A folder of taxi files without files, or with columns that we do not know."""


class LoadRefused(SqlToolError):
    """A file is missing, not CSV or Parquet, empty or broken, or a name cannot be a table's."""
