"""What a report's front matter declares: title, parameters, groups, chart, and its times.

Defaults, bounds and options are checked by the very code that checks what callers give
(core.parameters), so that a report never refuses its own default.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import yaml

from core.errors import InvalidParameter
from core.parameters import DECIMAL_DIGITS, check_value
from core.query import RESULT_KEPT
from core.report import ID, MAX_WAIT, Chart, ParameterType, Report, ReportParameter
from core.row_values import ROW_VALUES
from sql.front_matter import Section

REPORT_KEYS = (
    "title",
    "description",
    "parameters",
    "groups",
    "chart",
    "timeout",
    "maxWait",
    "maxAge",
    "refreshedBy",
)
PARAMETER_KEYS = (
    "type", "title", "description", "required", "default", "min", "max", "maxLength", "scale",
    "options",
)  # fmt: skip
CHARTS = ("line", "bar")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MAX_NAME_LENGTH = 64  # characters, of a report or a parameter
NAME_RULE = (
    f"use lower-case letters, digits and single underscores, at most {MAX_NAME_LENGTH} characters"
)
MAX_TEXT_LENGTH = 65_535 // 4  # characters, of any script, that a varchar holds for certain
MAX_PARAMETERS = 50  # a form nobody would fill in
TIMEOUTS = timedelta(seconds=1), timedelta(hours=24)  # Redshift's Data API stops a query then
WAITS = timedelta(minutes=1), timedelta(hours=7)  # it knows a ClientToken for 8 hours
AGES = timedelta(0), RESULT_KEPT
BOUNDED = {
    ParameterType.INTEGER, ParameterType.DECIMAL, ParameterType.DATE, ParameterType.MONTH,
    ParameterType.TIMESTAMP,
}  # fmt: skip
ONLY_FOR = {  # keys that only some types take
    "min": BOUNDED,
    "max": BOUNDED,
    "maxLength": {ParameterType.TEXT},
    "scale": {ParameterType.DECIMAL},
    "options": {ParameterType.ENUM},
}


def declared_report(name: str, section: Section) -> Report:
    """The report as declared; what is wrong with it is in `section.problems`."""
    section.check_keys(REPORT_KEYS)
    if not is_name(name):
        section.refuse(None, f"the file's name {name!r} is no report name; {NAME_RULE}")
    parameters = section.section("parameters")
    return Report(
        name=ID(name),
        title=section.required_text("title", "What the report tells"),
        description=section.text("description"),
        parameters=list(_parameters(parameters)) if parameters else [],
        groups=declared_groups(section),
        chart=_chart(section.section("chart")),
        refreshed_by=declared_names(section, "refreshedBy"),
    )


@dataclass(frozen=True)
class Times:
    """How long a statement may take, a query wait for its start, and a result answer others."""

    timeout: timedelta | None
    max_wait: timedelta
    max_age: timedelta | None


def declared_times(section: Section) -> Times:
    """The times as declared; what is wrong with them is in `section.problems`."""
    return Times(
        section.duration("timeout", *TIMEOUTS),
        section.duration("maxWait", *WAITS) or MAX_WAIT,
        section.duration("maxAge", *AGES),
    )


def is_name(text: str) -> bool:
    return len(text) <= MAX_NAME_LENGTH and bool(NAME.fullmatch(text))


def declared_names(section: Section, key: str) -> list[ID] | None:
    """Of reports or pipelines, each once; whether there are such is seen when all are compiled."""
    names = section.texts(key)
    return None if names is None else [ID(name) for name in sorted(set(names))]


def declared_groups(section: Section) -> list[str] | None:
    groups = section.texts("groups")
    for group in groups or []:
        if not re.fullmatch(r"\S{1,128}", group):
            section.refuse(
                section.value("groups"), f"{group!r} is no Cognito group; no spaces, not empty"
            )
    return groups


def _chart(section: Section | None) -> Chart | None:
    if section is None:
        return None
    section.check_keys(("type", "x", "y"))
    kind = section.required_text("type", "line")
    if kind and kind not in CHARTS:
        section.refuse(section.value("type"), f"no chart {kind!r}; take one of {', '.join(CHARTS)}")
    if section.value("y") is None:
        section.refuse(section.node, "y is missing; add y: [column]")
    return Chart(kind, section.required_text("x", "column"), section.texts("y") or [])


def _parameters(section: Section) -> Iterator[ReportParameter]:
    if len(section.node.value) > MAX_PARAMETERS:
        section.refuse(section.node, f"more than {MAX_PARAMETERS} parameters; split the report")
    section.check_keys(tuple(section.lines()))
    for key, name, declaration in section.sections():
        if not is_name(name):
            section.refuse(key, f"{name!r} is no parameter name; {NAME_RULE}")
        if name in ROW_VALUES:
            section.refuse(key, f"{name} is bound by the server; use :{name} without declaring it")
        parameter = _parameter(name, key, declaration)
        if parameter:
            yield parameter


def _parameter(name: str, key: yaml.Node, section: Section) -> ReportParameter | None:
    section.check_keys(PARAMETER_KEYS)
    word = section.required_text("type", "text")
    types = {kind.value.lower(): kind for kind in ParameterType}
    if word not in types:
        if word:
            known = ", ".join(types)
            section.refuse(section.value("type"), f"no type {word!r}; take one of {known}")
        return None
    default, required = section.text("default"), section.boolean("required")
    if required and default is not None:
        section.refuse(key, f"{name} has a default, so is never missing; drop one of the two")
    parameter = ReportParameter(
        name=name,
        type=types[word],
        required=default is None and required is not False,
        title=section.text("title"),
        description=section.text("description"),
        default=default,
        min=section.text("min"),
        max=section.text("max"),
        max_length=section.integer("maxLength", 1, MAX_TEXT_LENGTH),
        scale=section.integer("scale", 0, DECIMAL_DIGITS),
        options=section.texts("options"),
    )
    return _checked(parameter, key, section)


def _checked(parameter: ReportParameter, key: yaml.Node, section: Section) -> ReportParameter:
    for name, kinds in ONLY_FOR.items():
        if section.value(name) is not None and parameter.type not in kinds:
            words = ", ".join(sorted(kind.value.lower() for kind in kinds))
            section.refuse(section.value(name), f"{name} is only for {words}; leave it out")
    if parameter.type is ParameterType.ENUM:
        _check_options(parameter, key, section)
    return _spelled(parameter, section)


def _check_options(parameter: ReportParameter, key: yaml.Node, section: Section) -> None:
    options = parameter.options or []
    if section.value("options") is None:
        section.refuse(key, f"{parameter.name} is an enum; add options: [one, two]")
    if len(set(options)) < len(options):
        section.refuse(section.value("options"), "an option is given twice; keep one")
    as_text = replace(parameter, type=ParameterType.TEXT, options=None)
    for option in options:
        _check(as_text, option, section, "options")


def _spelled(parameter: ReportParameter, section: Section) -> ReportParameter:
    """The parameter with bounds and default in the one spelling its type has."""
    lowest, highest = parameter.min, parameter.max
    parameter = replace(parameter, min=None, max=None)
    if parameter.type in BOUNDED:
        parameter = replace(parameter, min=_check(parameter, lowest, section, "min"))
        parameter = replace(parameter, max=_check(parameter, highest, section, "max"))
    return replace(parameter, default=_check(parameter, parameter.default, section, "default"))


def _check(parameter: ReportParameter, text: str | None, section: Section, key: str) -> str | None:
    if text is None:
        return None
    try:
        return check_value(parameter, text)
    except InvalidParameter as error:
        section.refuse(section.value(key), f"{key}: {error}")
        return None
