"""What is known of a pipeline besides its file."""

from dataclasses import dataclass
from datetime import datetime

from core.report import ID


@dataclass(frozen=True)
class PipelineState:
    """It outlives deployments.

    paused_at, paused_by: None where its schedule is not paused.
    last_slot: the latest time for which its schedule has called.
    finished_at, finished_run: of the run that went well last, by Redshift's clock.
    """

    paused_at: datetime | None = None
    paused_by: ID | None = None
    last_slot: datetime | None = None
    finished_at: datetime | None = None
    finished_run: ID | None = None
