"""additionalPrinterColumns: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from minikube_py.apimachinery.jsonpath.evaluator import Evaluation
from minikube_py.apimachinery.jsonpath.nodes import JSONPathError, Template
from minikube_py.apimachinery.jsonpath.parser import parse_template
from minikube_py.apis.columns import NAME, tell_since
from minikube_py.apis.kind import Column, Object

_AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}


def make_columns(definitions: Iterable[Object]) -> tuple[Column, ...]:
    """Return the columns of a version: the name, and those it defines; without any, the age."""
    return (NAME, *(_make_column(definition) for definition in (definitions or (_AGE,))))


def _make_column(definition: Object) -> Column:
    path, type_ = definition["jsonPath"], definition["type"]
    return Column(
        definition["name"],
        partial(_find_cell, template=_parse(path), type_=type_),
        type_,
        definition.get("format") or "",
        definition.get("priority") or 0,
        definition.get("description") or f"Custom resource definition column (in JSONPath format): {path}",
    )


def _parse(path: str) -> Template | None:
    try:
        return parse_template(f"{{{path}}}")
    except JSONPathError:
        return None


def _find_cell(obj: Object, now: float, *, template: Template | None, type_: str) -> Any:
    if template is None:
        return None
    try:
        results = Evaluation(template, True).find(obj)
    except JSONPathError:
        return None
    if not results or not results[0]:
        return None
    return _show(results[0][0], type_, now)


def _show(value: Any, type_: str, now: float) -> Any:
    if type_ == "string":
        return _to_text(value)
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if type_ == "integer":
        return int(value) if is_number else None
    if type_ == "number":
        return float(value) if is_number else None
    if type_ == "boolean":
        return value if isinstance(value, bool) else None
    if type_ == "date" and isinstance(value, str):
        try:
            return tell_since("" if value == "null" else value, now)
        except ValueError:
            return "<invalid>"
    return None


def _to_text(value: Any) -> str:
    """Return a value as JSONPath prints it: maps and lists as JSON."""
    from minikube_py.apimachinery.gosyntax import format_go_value

    if value is None:
        return "<no value>"
    if isinstance(value, dict | list):
        import json

        text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return format_go_value(value)
