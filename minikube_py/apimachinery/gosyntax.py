"""Values as Go's `%#v` and `%v` show them, which is how some of Kubernetes' error messages show a bad value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from minikube_py.apimachinery.errors import FieldError, format_value


class GoFieldError(FieldError):
    """An invalid value whose text is shown as it is, not quoted."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        return f"Invalid value: {self.value}: {self.detail}"


def invalid_go(field: str, text: str, detail: str) -> FieldError:
    """Return an invalid-value error that shows `text` verbatim: a Go literal made by this module, a time, a struct."""
    return GoFieldError("FieldValueInvalid", field, text, detail)


def format_go_map(values: Mapping[str, str] | None) -> str:
    """Return `map[string]string{"app":"web"}`, keys sorted; `map[string]string(nil)` for None."""
    if values is None:
        return "map[string]string(nil)"
    return "map[string]string{" + ", ".join(f"{format_value(k)}:{format_value(values[k])}" for k in sorted(values)) + "}"


def format_go_strings(values: Iterable[str] | None) -> str:
    """Return `[]string{"a", "b"}`; `[]string(nil)` for None."""
    if values is None:
        return "[]string(nil)"
    return "[]string{" + ", ".join(format_value(v) for v in values) + "}"
