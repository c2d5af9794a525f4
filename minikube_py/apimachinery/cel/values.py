"""Values that JSON does not have, and how values compare."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.cel.nodes import CelError

NO_OVERLOAD = "no such overload"


class Optional:
    """A value that may be missing."""

    def __init__(self, value: Any = None, present: bool = False) -> None:
        self.value, self.present = value, present

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Optional) and (self.present, self.value) == (other.present, other.value)

    def __hash__(self) -> int:
        return hash(self.present)


NONE = Optional()


def type_name(value: Any) -> str:
    """Return CEL's name of a value's type."""
    from datetime import datetime, timedelta

    names: tuple[tuple[type, str], ...] = (
        (bool, "bool"),
        (int, "int"),
        (float, "double"),
        (str, "string"),
        (bytes, "bytes"),
        (list, "list"),
        (dict, "map"),
        (timedelta, "google.protobuf.Duration"),
        (datetime, "google.protobuf.Timestamp"),
        (Optional, "optional_type"),
    )
    return "null_type" if value is None else next((name for kind, name in names if isinstance(value, kind)), "unknown")


def is_number(value: Any) -> bool:
    """Return whether a value is an int or a double."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equals(left: Any, right: Any) -> bool:
    """Return whether two values are the same; those of different types are not."""
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equals(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equals(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


def compare(left: Any, right: Any) -> int:
    """Return -1, 0 or 1. Raises CelError for values without an order."""
    numbers = is_number(left) and is_number(right)
    if not numbers and (type(left) is not type(right) or isinstance(left, list | dict) or left is None):
        raise CelError(NO_OVERLOAD)
    try:
        return int(left > right) - int(left < right)
    except TypeError as error:  # as of optional values, and addresses of two families
        raise CelError(NO_OVERLOAD) from error
