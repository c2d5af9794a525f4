"""matchConditions of webhooks and policies: named CEL expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, required, too_many
from minikube_py.apimachinery.names import is_qualified_name

MAX_CONDITIONS = 64


def validate_conditions(conditions: list[dict[str, Any]], path: str, *, has_params: bool = False) -> Iterator[FieldError]:
    """Yield what is wrong with their number, names and expressions; those of a policy with a paramKind can speak of params."""
    if len(conditions) > MAX_CONDITIONS:
        yield too_many(path, len(conditions), MAX_CONDITIONS)
    names = set()
    for number, condition in enumerate(conditions):
        name, where = condition.get("name") or "", f"{path}[{number}]"
        if not (condition.get("expression") or "").strip():
            yield required(f"{where}.expression", "")
        else:
            from minikube_py.apis.admissionregistration.expressions import check_expression, list_variables

            yield from check_expression(condition["expression"], f"{where}.expression", list_variables(has_params), "bool")
        if not name:
            yield required(f"{where}.name", "")
            continue
        yield from (invalid(f"{where}.name", name, why) for why in is_qualified_name(name))
        if name in names:
            yield duplicate(f"{where}.name", name)
        names.add(name)
