"""A load model: queries a minute, and what they ask of AWS, from the counted calls of docs/cost.md.

Assumptions, each a field of `Load` or a constant: queries are spread evenly over the minute; one
client follows each, and reads it once; a record of 1 to 2 KB takes two write units in the table and
two in each of two indexes; and quotas are the defaults of a large Region, which accounts may raise
where `raisable`. Nothing is measured here; docs/unproven.md says how to measure an account.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COST = Path(__file__).parents[2] / "docs" / "cost.md"
WRITE_UNITS = 25  # of one query, in the table and its indexes (docs/cost.md)
HOTTEST_WRITE_UNITS = 6  # of those in one partition: the index of what has not ended
LAMBDA_SECONDS = 0.4  # of one query, its six invocations together

APPSYNC = "https://docs.aws.amazon.com/general/latest/gr/appsync.html"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"
PARTITION = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)
REDSHIFT = "https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html"


@dataclass(frozen=True)
class Load:
    """`shared`: the part of the queries that another's statement or result answers.

    `statement_seconds`: how long Redshift is at one.
    """

    queries_a_minute: float
    shared: float = 0.0
    statement_seconds: float = 10.0

    @property
    def a_second(self) -> float:
        return self.queries_a_minute / 60

    @property
    def statements_a_second(self) -> float:
        return self.a_second * (1 - self.shared)


@dataclass(frozen=True)
class Quota:
    """What a service admits; a rate is per second."""

    name: str
    admits: float
    raisable: bool
    source: str


QUOTAS = {
    "requests": Quota("AppSync request tokens a second", 10_000, True, APPSYNC),
    "messages": Quota("AppSync messages out a second", 1_000_000, True, APPSYNC),
    "lambdas": Quota("Lambdas at once", 1_000, True, LAMBDA),
    "writes": Quota("DynamoDB write units a second, of a table", 40_000, True, DYNAMODB),
    "hottest": Quota("DynamoDB write units a second, of a partition", 1_000, False, PARTITION),
    "started": Quota("Data API ExecuteStatement a second", 30, False, REDSHIFT),
    "described": Quota("Data API DescribeStatement a second", 100, False, REDSHIFT),
    "results": Quota("Data API GetStatementResult a second", 20, False, REDSHIFT),
    "active": Quota("Data API statements at once", 500, True, REDSHIFT),
}


def counted_calls() -> Mapping[str, int]:
    """Of one query, by service and operation, as docs/cost.md tells and a test holds."""
    rows = re.findall(r"^\| `(\S+)` \| (\d+) \|", COST.read_text(encoding="utf-8"), re.MULTILINE)
    return {call: int(times) for call, times in rows}


def million_costs() -> float:
    """USD for a million queries without Redshift, as docs/cost.md adds them up."""
    [together] = re.findall(r"\*\*together\*\*.*\*\*(\d+)\*\*", COST.read_text(encoding="utf-8"))
    return float(together)


def asked(load: Load, calls: Mapping[str, int]) -> dict[str, float]:
    """What the load asks, by the keys of `QUOTAS`."""
    requests = calls["lambda.resolvers"] + 1 + calls["appsync.publish"]  # one subscribes
    return {
        "requests": load.a_second * requests,
        "messages": load.a_second * calls["appsync.push"],
        "lambdas": load.a_second * LAMBDA_SECONDS,
        "writes": load.a_second * WRITE_UNITS,
        "hottest": load.a_second * HOTTEST_WRITE_UNITS,
        "started": load.statements_a_second * calls["redshift.execute_statement"],
        "described": load.statements_a_second * calls["redshift.describe_statement"],
        "results": load.a_second * calls["redshift.get_statement_result"],
        "active": load.statements_a_second * load.statement_seconds,
    }


def used(load: Load, calls: Mapping[str, int]) -> dict[str, float]:
    """The part of each quota that the load takes; over 1 is too much."""
    return {key: value / QUOTAS[key].admits for key, value in asked(load, calls).items()}


def most_queries_a_minute(quota: str, calls: Mapping[str, int], **load: float) -> float:
    """Those with which the quota is just used up."""
    return 1 / used(Load(queries_a_minute=1, **load), calls)[quota]
