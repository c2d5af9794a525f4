"""LimitRange: https://kubernetes.io/docs/concepts/policy/limit-range/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import NAME
from minikube_py.apis.kind import Column, Kind, Object

_AMOUNTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def set_defaults(limit_range: Object) -> None:
    """Fill in a container's default limit by its maximum, and its default request by that or its minimum."""
    from minikube_py.apis.core.resource_amounts import round_resources

    for item in limit_range.setdefault("spec", {}).setdefault("limits", []):
        for field in _AMOUNTS:
            round_resources(item.get(field))
        if item.get("type") != "Container":
            continue
        default = {**(item.get("max") or {}), **(item.get("default") or {})}
        request = {**(item.get("min") or {}), **default, **(item.get("defaultRequest") or {})}
        item.pop("default", None)
        item.pop("defaultRequest", None)
        item.update({name: amounts for name, amounts in (("default", default), ("defaultRequest", request)) if amounts})


def _validate(limit_range: Object) -> list[FieldError]:
    from minikube_py.apis.core.limitrange_validation import validate_limit_range

    return validate_limit_range(limit_range)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return _validate(new)


KIND = Kind(
    group="",
    version="v1",
    kind="LimitRange",
    plural="limitranges",
    singular="limitrange",
    short_names=("limits",),
    schema="io.k8s.api.core.v1.LimitRange",
    create_on_update=True,
    status=False,
    columns=(
        NAME,
        Column("Created At", lambda limit_range, now: limit_range["metadata"].get("creationTimestamp") or "<unknown>"),
    ),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
)
