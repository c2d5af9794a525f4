"""Errors that show a value of free form, as Go's `%#v` prints what was read from JSON."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apimachinery.gosyntax import format_go_literal

_HEADINGS = {"FieldValueInvalid": "Invalid value", "FieldValueDuplicate": "Duplicate value"}


class UnstructuredError(FieldError):
    """A value that is no scalar, perhaps, and is shown as Go shows it."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        text = f"{_HEADINGS[self.type]}: {format_go_literal(self.value)}"
        return f"{text}: {self.detail}" if self.detail else text


def invalid_value(field: str, value: Any, detail: str) -> FieldError:
    """Return the error of a bad value."""
    return UnstructuredError("FieldValueInvalid", field, value, detail)
