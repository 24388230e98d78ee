"""What a Lambda's cold start pays for imports, beside what boto3 alone costs.

Measured on the bundled asset in the emulator's environment, which has boto3 and nothing else of
ours, as in a Lambda; the two take turns, so that a busy moment hits both.
"""

import os
import statistics
import subprocess
import time
from pathlib import Path

PYTHON = Path(".venv-ministack/bin/python")
ASSET = Path("build/lambda")
HANDLERS = (
    "resolvers.handler",
    "streams.statement_changed",
    "streams.publish",
    "streams.sweep",
)
ENVIRONMENT = {
    "AWS_REGION": "us-east-1",
    "LAMBDA_TASK_ROOT": str(ASSET),
    "POWERTOOLS_SERVICE_NAME": "querycast",
    "POWERTOOLS_METRICS_NAMESPACE": "Querycast",
    "PYTHONPATH": str(ASSET),
    "PATH": os.defpath,
}


def import_ratios(rounds: int) -> dict[str, tuple[float, float]]:
    """For each handler's module the median import in ms, and how many times boto3's that is."""
    times: dict[str, list[float]] = {module: [] for module in ("boto3", *HANDLERS)}
    for _ in range(rounds + 1):
        for module, taken in times.items():
            taken.append(_import(module) - _import("sys"))
    medians = {module: statistics.median(taken[1:]) for module, taken in times.items()}
    return {module: (ms, ms / medians["boto3"]) for module, ms in medians.items()}


def _import(module: str) -> float:
    """Milliseconds of a fresh interpreter that imports the module."""
    begin = time.monotonic()
    subprocess.run([PYTHON, "-c", f"import {module}"], env=ENVIRONMENT, check=True)
    return 1_000 * (time.monotonic() - begin)
