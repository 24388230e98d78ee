"""Names that another account, or code, must know before what they name is there.

A stage and the account of its warehouse each name what the other makes.
"""

from infra.stage import Stage

SESSION_NAME = "querycast"  # of core/aws/assumed_role.py
QUERIES = "queries"  # the role that runs the statements of queries
MIGRATIONS = "migrations"  # the role that runs sql/migrations
FILES = "files"  # the role as which Redshift reads the data bucket and writes exports


def role_name(stage: Stage, purpose: str) -> str:
    """Of a role in the warehouse's account."""
    return f"querycast-{stage.name}-{purpose}"


def bus_name(stage: Stage) -> str:
    """Of the bus in the stage's account."""
    return f"{stage.stack_name}-warehouse"
