"""`querycast submit`: ask, and do not wait."""

from querycast.cli.options import MaxAge, Notify, OutputsFile, Parameters, Quiet, ReportName
from querycast.cli.suggest import suggesting
from querycast.cli.terminal import say
from querycast.client import Client
from querycast.errors import InvalidArgument


def submit(
    report: ReportName,
    parameters: Parameters = None,
    max_age: MaxAge = None,
    notify: Notify = False,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Submit a report and print the query's id; `attach` and `wait` take it up, from anywhere."""
    given = named_values(parameters or [])
    with Client.from_outputs(outputs) as client, suggesting(client, report, given):
        handle = client.submit(report, given, max_age=max_age, notify=notify)
    print(handle.id)
    if not quiet and (query := handle.submitted):
        say(f"Query {query.id} is {query.status}; its result: querycast attach {query.id}")


def named_values(arguments: list[str]) -> dict[str, str]:
    """The values by name of arguments such as `month=2015-06`.

    Raises:
        InvalidArgument: one is not name=value, or a name comes twice.
    """
    values: dict[str, str] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not name or not equals:
            raise InvalidArgument(
                f"{argument!r} is not NAME=VALUE; write a parameter as month=2015-06."
            )
        if name in values:
            raise InvalidArgument(f"Parameter {name!r} is given twice; give it once.")
        values[name] = value
    return values
