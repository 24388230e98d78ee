"""The types of parameters and of columns, as Python has them."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from querycast.codegen.python import literal
from querycast.report import ReportParameter
from querycast.result import Column

PARAMETERS = {
    "TEXT": "str",
    "INTEGER": "int",
    "DECIMAL": "Decimal | int",
    "BOOLEAN": "bool",
    "DATE": "date",
    "MONTH": "str",
    "TIMESTAMP": "datetime",
}
COLUMNS = {
    "bool": "bool",
    "int2": "int",
    "int4": "int",
    "int8": "int",
    "float4": "float",
    "float8": "float",
    "numeric": "Decimal",
    "date": "date",
    "time": "time",
    "timetz": "time",
    "timestamp": "datetime",
    "timestamptz": "datetime",
}  # all else is a text


@dataclass(frozen=True)
class Annotation:
    """A parameter's type and its default, as Python. default: None where there is none."""

    type: str
    default: str | None

    def __str__(self) -> str:
        return self.type if self.default is None else f"{self.type} = {self.default}"


def annotation(parameter: ReportParameter) -> Annotation:
    """A default that is no value of its type is left to the service."""
    kind = _type(parameter)
    default = None if parameter.default is None else _default(parameter.type, parameter.default)
    if default is None and not parameter.required:
        return Annotation(f"{kind} | None", "None")
    return Annotation(kind, default)


def column_type(column: Column) -> str:
    """Any value may be NULL."""
    return f"{COLUMNS.get(column.type, 'str')} | None"


def _type(parameter: ReportParameter) -> str:
    if parameter.options:
        return f"Literal[{', '.join(literal(option) for option in parameter.options)}]"
    return PARAMETERS.get(parameter.type, "str")


def _default(kind: str, text: str) -> str | None:
    match kind:
        case "INTEGER":
            return str(int(text)) if re.fullmatch(r"[+-]?[0-9]{1,19}", text) else None
        case "DECIMAL":
            is_one = re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text)
            return f'Decimal("{text}")' if is_one else None
        case "BOOLEAN":
            return {"true": "True", "false": "False"}.get(text)
        case "DATE":
            return _moment(date, text)
        case "TIMESTAMP":
            return _moment(datetime, text)
    return literal(text)


def _moment(kind: type[date], text: str) -> str | None:
    try:
        moment = kind.fromisoformat(text)
    except ValueError:
        return None
    return repr(moment).removeprefix("datetime.") if _has_no_zone(moment) else None


def _has_no_zone(moment: date) -> bool:
    return not isinstance(moment, datetime) or moment.tzinfo is None
