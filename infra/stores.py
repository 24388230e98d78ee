"""What the stack keeps: queries, the agenda, and the buckets of catalogue and data."""

from dataclasses import dataclass

from infra.agenda_table import AgendaTable
from infra.query_table import QueryTable
from infra.storage import Storage


@dataclass(frozen=True)
class Stores:
    queries: QueryTable
    agenda: AgendaTable
    storage: Storage
