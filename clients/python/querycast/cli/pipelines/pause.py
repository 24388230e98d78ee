"""`querycast pipelines pause` and `resume`."""

from querycast.cli.options import OutputsFile
from querycast.cli.pipelines.options import PipelineName
from querycast.cli.terminal import say
from querycast.client import Client


def pause(name: PipelineName, outputs: OutputsFile = None) -> None:
    """Have the schedule of a pipeline run nothing until it is resumed; what runs goes on."""
    with Client.from_outputs(outputs) as client:
        client.pipelines.pause(name)
    say(f"{name} is paused; querycast pipelines resume {name}")


def resume(name: PipelineName, outputs: OutputsFile = None) -> None:
    """Have the schedule of a pipeline run it again, from its next time on."""
    with Client.from_outputs(outputs) as client:
        pipeline = client.pipelines.resume(name)
    at = pipeline.next_run_at
    say(f"{name} is resumed{f'; it runs next at {at.astimezone():%Y-%m-%d %H:%M}' if at else ''}.")
