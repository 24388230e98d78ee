"""`querycast pipelines run`."""

from typing import Annotated
from uuid import uuid4

import typer

from querycast.cli.interrupt import cancelled_by_ctrl_c
from querycast.cli.options import OutputsFile, Quiet, Timeout
from querycast.cli.pipelines.options import PipelineName
from querycast.cli.terminal import LiveStatus
from querycast.client import Client
from querycast.errors import check_finished


def run(
    name: PipelineName,
    detach: Annotated[
        bool, typer.Option("--detach", help="Print the run's id, and do not wait.")
    ] = False,
    timeout: Timeout = None,
    quiet: Quiet = False,
    outputs: OutputsFile = None,
) -> None:
    """Run a pipeline now and wait for its end; prints the run's id.

    Ctrl-C cancels the run, a second one leaves it alone.
    """
    run_id = str(uuid4())
    with Client.from_outputs(outputs) as client:
        if detach:
            print(client.pipelines.start(name, run_id=run_id).id)
            return
        with cancelled_by_ctrl_c(client, run_id), LiveStatus(name, quiet) as status:
            ended = client.pipelines.run(
                name, run_id=run_id, timeout=timeout, on_change=status.change
            )
    check_finished(ended)
    print(ended.id)
    status.say(f"{name}: finished in {status.seconds:.1f} s, run {ended.id}")
