"""A second stack on the local AWS, deployed as `make up` does.

While it is there, a request for an API must name which; `is_alone` tells when none need any more.
"""

import subprocess
import sys
from pathlib import Path

from tests.integration.api import Api
from tests.integration.stack import ROOT, LocalStack

Done = subprocess.CompletedProcess[str]

DEPLOY = """
import sys
from pathlib import Path
from local.assembly import read_assembly
from local.aws import use_local_aws
from local.deploy import delete, deploy
from local.errors import DeploymentFailed
from local.outputs import stack_outputs
from local.settings import settings_from
import boto3, json
use_local_aws(settings_from())
assembly = read_assembly(Path(sys.argv[2]))
try:
    if sys.argv[1] == "delete":
        delete(boto3.client("cloudformation"), assembly.name)
    else:
        deploy(assembly)
        print(json.dumps(stack_outputs(assembly.name)))
except DeploymentFailed as error:
    sys.exit(str(error))
"""


def deploy(local_stack: LocalStack, assembly: Path) -> Done:
    """What came of it; where it went well, `stdout` is the outputs as JSON."""
    return _run(local_stack, "deploy", assembly)


def delete(local_stack: LocalStack, assembly: Path) -> Done:
    return _run(local_stack, "delete", assembly)


def is_alone(local_stack: LocalStack) -> bool:
    """Whether the first stack's API is again the only one, so that requests need not name it."""
    return Api(local_stack.outputs()["graphqlUrl"], {}).ask("{ __typename }").status != 404


def _run(local_stack: LocalStack, command: str, assembly: Path) -> Done:
    return subprocess.run(
        [sys.executable, "-c", DEPLOY, command, str(assembly)],
        cwd=ROOT,
        env=local_stack.environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
