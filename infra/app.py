"""Synthesise the CloudFormation template of one stage.

    python -m infra.app [--stage dev] [--output build/cdk.out]

Needs no AWS account, no CDK command line and no Docker. `cdk deploy --app OUTPUT` deploys what it
wrote; so does any tool that uploads the listed assets and creates the stack.
"""

import argparse
import shutil
import sys
from pathlib import Path

from infra.node import NodeNotFound, choose_node
from infra.settings_forms import StageError
from infra.sources import BUILT, CLOUD_ASSEMBLY, Built, SourceMissing, check_sources
from infra.stage import Stage, read_stage


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m infra.app", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--stage",
        default="dev",
        help="a table of infra/stages.toml (default: dev)",
    )
    parser.add_argument(
        "--output", type=Path, default=CLOUD_ASSEMBLY, help="the folder to write (it is emptied)"
    )
    options = parser.parse_args(arguments)
    try:
        stage = read_stage(options.stage)
        check_sources()
        choose_node()
    except (StageError, SourceMissing, NodeNotFound) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(synthesise(stage, BUILT, options.output))
    if stage.warehouse.account is not None:
        print(synthesise_warehouse_account(stage, options.output))
    return 0


def synthesise(stage: Stage, built: Built, folder: Path) -> Path:
    """Write the stage's cloud assembly into the emptied folder; gives the path of its template."""
    from aws_cdk import App  # starts Node, so it waits until one is chosen

    from infra.stack import QuerycastStack

    shutil.rmtree(folder, ignore_errors=True)
    app = App(outdir=str(folder), analytics_reporting=False)
    stack = QuerycastStack(app, stage, built)
    app.synth()
    return folder / stack.template_file


def synthesise_warehouse_account(stage: Stage, folder: Path) -> Path:
    """Write what the warehouse's account makes for the stage, beside the stage's own assembly: that
    has one stack, so that `cdk deploy` need not be told which."""
    from aws_cdk import App

    from infra.warehouse_account import WarehouseAccountStack

    own = folder.with_name(f"{folder.name}-warehouse-account")
    shutil.rmtree(own, ignore_errors=True)
    app = App(outdir=str(own), analytics_reporting=False)
    stack = WarehouseAccountStack(app, stage)
    app.synth()
    return own / stack.template_file


if __name__ == "__main__":
    sys.exit(main())
