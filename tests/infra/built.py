"""What other steps make for the template, as small as it can be."""

import json
from pathlib import Path
from typing import Any

from infra.sources import Built

PIPELINE = {
    "name": "load_taxi_trips",
    "title": "Load the taxi trips",
    "schedule": "cron(0 6 * * ? *)",
    "timezone": "America/New_York",
    "enabled": True,
    "sampleData": True,
}


def built(folder: Path, *, migrations: Any = (), pipelines: Any = (PIPELINE,)) -> Built:
    """Files in the folder: a Lambda that does nothing, no migrations and one pipeline."""
    made = Built(
        lambda_asset=folder / "asset",
        agenda_asset=folder / "agenda",
        migrations=folder / "migrations.json",
        catalogue=folder / "catalogue.json",
    )
    for asset in (made.lambda_asset, made.agenda_asset):
        asset.mkdir(exist_ok=True)
        (asset / "handler.py").write_text(f"def handler(event, context): ...  # {asset.name}\n")
    made.migrations.write_text(json.dumps({"migrations": list(migrations)}))
    made.catalogue.write_text(json.dumps({"pipelines": list(pipelines), "schedules": "1"}))
    return made
