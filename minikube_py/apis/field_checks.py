"""Checks of single fields that several kinds share, with the words of k8s.io/kubernetes' validation packages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.errors import FieldError, invalid, not_supported, required

NEGATIVE = "must be greater than or equal to 0"
NOT_POSITIVE = "must be greater than zero"
NOT_INTEGER = "must be an integer"
IMMUTABLE = "field is immutable"
MAX_INT32 = 2**31 - 1
unsupported = not_supported
_GO_HEADINGS = {"FieldValueDuplicate": "Duplicate value", "FieldValueNotSupported": "Unsupported value"}


class GoValueError(FieldError):
    """An error of any type whose value is shown as it stands: a Go literal or an unquoted name."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        heading = _GO_HEADINGS.get(self.type, "Invalid value")
        return f"{heading}: {self.value}" + (f": {self.detail}" if self.detail else "")


def unsupported_go(field: str, shown: str, supported: tuple[str, ...]) -> FieldError:
    """Return an error about a Go struct, shown as `shown`, of which one field is outside a closed list."""
    return GoValueError("FieldValueNotSupported", field, shown, not_supported(field, "", supported).detail)


class OmittedValueError(FieldError):
    """An invalid value that is not shown, for it is a struct that would say little."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        return f"Invalid value: {self.detail}"


def invalid_omitted(field: str, detail: str) -> FieldError:
    """A value that breaks a rule, without itself."""
    return OmittedValueError("FieldValueInvalid", field, "", detail)


def check_one_of(field: str, value: str, supported: tuple[str, ...]) -> list[FieldError]:
    """Return an error where `value` is not one of `supported`; the empty text is a missing value."""
    if not value:
        return [required(field)]
    return [] if value in supported else [unsupported(field, value, supported)]


def check_nonnegative(field: str, value: int | None) -> list[FieldError]:
    """Return an error where a number is below zero; an absent one is fine."""
    return [invalid(field, value, NEGATIVE)] if value is not None and value < 0 else []


def check_by(field: str, value: Any, rule: Callable[[Any], list[str]]) -> list[FieldError]:
    """Return one error for each message that `rule` has about `value`."""
    return [invalid(field, value, message) for message in rule(value)]


def check_name(field: str, value: str | None, rule: Callable[[Any], list[str]]) -> list[FieldError]:
    """Return an error where a name is missing or breaks `rule`."""
    return check_by(field, value, rule) if value else [required(field)]


def check_immutable(field: str, new: Any, old: Any, shown: str | None = None) -> list[FieldError]:
    """Return an error where a field has changed; `shown` is the new value as Go prints it, where that is not plain."""
    if new == old:
        return []
    if shown is not None:
        return [GoValueError("FieldValueInvalid", field, shown, IMMUTABLE)]
    return [invalid(field, new, IMMUTABLE)]


def check_port_number_or_name(field: str, port: int | str) -> list[FieldError]:
    """Return what is wrong with a port that is a number or the name of a container's port."""
    from minikube_py.apimachinery.names import is_valid_port_name, is_valid_port_num

    return check_by(field, port, is_valid_port_num if isinstance(port, int) else is_valid_port_name)
