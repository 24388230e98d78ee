"""What several commands of pipelines have."""

from datetime import datetime
from typing import Annotated

import typer

from querycast.cli.output import Writer

PipelineName = Annotated[str, typer.Argument(metavar="NAME", help="The pipeline's name.")]


def moment(value: datetime | None, writing: Writer) -> str | None:
    """For people in this machine's time zone, for programs as the service has it."""
    if value is None:
        return None
    return f"{value.astimezone():%Y-%m-%d %H:%M:%S}" if writing.is_for_people else value.isoformat()
