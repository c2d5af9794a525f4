"""Fields that are a number or a percentage: how many pods a rollout or a disruption may touch."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid
from minikube_py.apimachinery.intstr import int_value
from minikube_py.apimachinery.names import is_valid_percent
from minikube_py.apis.field_checks import NEGATIVE, GoValueError
from minikube_py.apis.go_literals import show_int_or_string


def check_count_or_percent(field: str, value: int | str) -> list[FieldError]:
    """Return an error for what is neither a percentage nor a number of at least zero."""
    if isinstance(value, str):
        return [invalid_count(field, value, message) for message in is_valid_percent(value)]
    return [invalid(field, value, NEGATIVE)] if value < 0 else []


def check_at_most_all(field: str, value: int | str) -> list[FieldError]:
    """Return an error for a percentage above 100."""
    if isinstance(value, str) and not is_valid_percent(value) and int(value[:-1]) > 100:
        return [invalid_count(field, value, "must not be greater than 100%")]
    return []


def invalid_count(field: str, value: int | str, why: str) -> FieldError:
    """Return an error about such a field, with its value as Go shows it."""
    return GoValueError("FieldValueInvalid", field, show_int_or_string(value), why)


def is_nothing(value: int | str) -> bool:
    """Return whether a number or percentage is zero; a text that is neither counts as zero."""
    if isinstance(value, str) and not is_valid_percent(value):
        return int(value[:-1]) == 0
    return int_value(value) == 0
