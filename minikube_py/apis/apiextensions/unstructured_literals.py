"""Errors that show a value of free form, as Go's `%#v` prints what was read from JSON."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import FieldError, format_value
from minikube_py.apimachinery.gosyntax import format_go_value

_HEADINGS = {"FieldValueInvalid": "Invalid value", "FieldValueDuplicate": "Duplicate value"}


class UnstructuredError(FieldError):
    """A value that is no scalar, perhaps, and is shown as Go shows it."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        text = f"{_HEADINGS[self.type]}: {show(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text


def invalid_value(field: str, value: Any, detail: str) -> FieldError:
    """Return the error of a bad value."""
    return UnstructuredError("FieldValueInvalid", field, value, detail)


def show(value: Any) -> str:
    """Return a JSON value as a Go literal; scalars as field errors show them."""
    if isinstance(value, dict):
        inner = ", ".join(f"{format_value(key)}:{_show_inner(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_show_inner, value))}}}"
    return format_go_value(value) if isinstance(value, float) else format_value(value)


def _show_inner(value: Any) -> str:
    return "interface {}(nil)" if value is None else show(value)
