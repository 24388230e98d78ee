"""What can be asked: a report and the parameters it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReportParameter:
    """One value a report takes. Bounds and defaults are texts, as a caller would write them.

    type: TEXT, INTEGER, DECIMAL, BOOLEAN, DATE, MONTH, TIMESTAMP or ENUM.
    """

    name: str
    type: str
    title: str | None
    description: str | None
    required: bool
    default: str | None
    min: str | None
    max: str | None
    max_length: int | None
    scale: int | None
    options: list[str] | None

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ReportParameter":
        """The parameter that a GraphQL answer holds."""
        return cls(
            name=document["name"],
            type=document["type"],
            title=document["title"],
            description=document["description"],
            required=document["required"],
            default=document["default"],
            min=document["min"],
            max=document["max"],
            max_length=document["maxLength"],
            scale=document["scale"],
            options=document["options"],
        )


@dataclass(frozen=True)
class Report:
    """A report that the caller may run."""

    name: str
    title: str
    description: str | None
    parameters: list[ReportParameter]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Report":
        """The report that a GraphQL answer holds."""
        return cls(
            name=document["name"],
            title=document["title"],
            description=document["description"],
            parameters=[ReportParameter.from_json(each) for each in document["parameters"]],
        )
