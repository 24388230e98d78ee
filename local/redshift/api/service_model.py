"""Input checked against the service's own model, which botocore carries.

Clients check types, required members and minima only; patterns, maxima and enums reach the server.
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_Operations.html
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, OperationNotFoundError, ServiceModel, Shape, StructureShape

from local.redshift.errors import UnknownOperationException, ValidationException

_PYTHON_TYPES: dict[str, type[Any]] = {
    "structure": dict,
    "list": list,
    "string": str,
    "boolean": bool,
}


@cache
def service_model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("redshift-data", "service-2"), "redshift-data")


def check_input(operation: str, input: dict[str, Any]) -> None:
    """Raise a ValidationException that lists everything in the input the model does not allow."""
    try:
        shape = service_model().operation_model(operation).input_shape
    except OperationNotFoundError:
        raise UnknownOperationException(f"There is no operation {operation}.") from None
    faults = list(_faults(input, shape, "")) if shape is not None else []
    if not faults:
        return
    if len(faults) == 1 and faults[0].startswith("id must satisfy"):
        raise ValidationException(faults[0])
    count = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} detected: "
    raise ValidationException(count + "; ".join(faults))


def _faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not (is_number if shape.type_name == "integer" else _is_a(value, shape.type_name)):
        yield _fault(value, path, f"Member must be a {shape.type_name}")
    elif isinstance(shape, StructureShape):
        yield from _structure_faults(value, shape, path)
    elif isinstance(shape, ListShape):
        yield from _size_faults(value, len(value), shape, path, "have length")
        for index, member in enumerate(value, start=1):
            yield from _faults(member, shape.member, f"{path}.{index}.member")
    elif isinstance(value, str):
        yield from _size_faults(value, len(value), shape, path, "have length")
        yield from _text_faults(value, shape, path)
    elif is_number:
        yield from _size_faults(value, value, shape, path, "have value")


def _is_a(value: Any, type_name: str) -> bool:
    return isinstance(value, _PYTHON_TYPES[type_name])


def _structure_faults(value: dict[str, Any], shape: StructureShape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _fault(None, _join(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _faults(value[name], member, _join(path, name))


def _size_faults(value: Any, size: int, shape: Shape, path: str, verb: str) -> Iterator[str]:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and size < minimum:
        yield _fault(value, path, f"Member must {verb} greater than or equal to {minimum}")
    if maximum is not None and size > maximum:
        yield _fault(value, path, f"Member must {verb} less than or equal to {maximum}")


def _text_faults(value: str, shape: Shape, path: str) -> Iterator[str]:
    pattern, words = shape.metadata.get("pattern"), shape.metadata.get("enum")
    if words and value not in words:
        yield _fault(value, path, f"Member must satisfy enum value set: [{', '.join(words)}]")
    if pattern and re.fullmatch(pattern, value) is None:
        if path == "id":
            yield f"id must satisfy regex pattern: {pattern}"
        else:
            yield _fault(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _fault(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{str(value)[:100]}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{path}.{member}" if path else member
