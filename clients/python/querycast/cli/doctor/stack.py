"""Which stack it is."""

from pathlib import Path

from querycast.cli.doctor.finding import Failed
from querycast.cli.doctor.patient import Patient
from querycast.errors import NotConfigured
from querycast.outputs import outputs_file


async def look_at_outputs(patient: Patient) -> str:
    try:
        outputs = patient.outputs
    except NotConfigured as error:
        raise Failed(
            str(error),
            "Start a local stack with `make up`, or name the outputs file of yours: "
            "export QUERYCAST_OUTPUTS=FILE",
        ) from None
    where = "on this machine" if outputs.aws_endpoint_url else f"in {outputs.region}"
    return f"{_short(outputs_file(patient.path))}: {outputs.graphql_url}, {where}"


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
