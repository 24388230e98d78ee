"""What is done behind a query: each has a queue, a function that works through it, and failures."""

from dataclasses import dataclass

from infra.exports import Exports
from infra.notices import Notices
from infra.refreshes import Refreshes
from infra.revisits import Revisits


@dataclass(frozen=True)
class Work:
    exports: Exports
    notices: Notices
    refreshes: Refreshes
    revisits: Revisits
