"""Rules for names and amounts of resources: of containers, quotas, limit ranges and nodes."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.names import is_dns1123_label, is_qualified_name
from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.apis.field_checks import NEGATIVE, NOT_INTEGER, GoValueError, check_by
from minikube_py.apis.go_literals import show_quantity
from minikube_py.apis.kind import Object

HUGE_PAGES = "hugepages-"
COUNTED = frozenset(
    (
        *("pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims"),
        *("services.nodeports", "services.loadbalancers"),
    )
)
_CONTAINER = frozenset(("cpu", "memory", "ephemeral-storage"))
_STANDARD = (
    COUNTED
    | _CONTAINER
    | {f"{way}.{name}" for way in ("requests", "limits") for name in _CONTAINER}
    | {"storage", "requests.storage", "limits.storage"}
)


def is_standard(name: str) -> bool:
    """Return whether a name without a prefix is one that Kubernetes knows."""
    return name in _STANDARD or name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES))


def is_native(name: str) -> bool:
    """Return whether a resource is Kubernetes' own: one without a prefix, or under kubernetes.io/."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Return whether a resource is a vendor's: example.com/gpu."""
    return not is_native(name) and not name.startswith("requests.") and not is_qualified_name("requests." + name)


def is_integer(name: str) -> bool:
    """Return whether a resource comes in whole pieces only."""
    return name in COUNTED or is_extended(name)


def validate_resource_name(name: str, field: str) -> list[FieldError]:
    """Return what is wrong with the name of any resource."""
    if messages := is_qualified_name(name):
        return [_invalid_name(field, name, message) for message in messages]
    if "/" not in name and not is_standard(name):
        return [_invalid_name(field, name, "must be a standard resource type or fully qualified")]
    return []


def validate_container_resource_name(name: str, field: str) -> list[FieldError]:
    """Return what is wrong with the name of a resource that a container asks for."""
    errors = validate_resource_name(name, field)
    if "/" not in name:
        if name not in _CONTAINER and not name.startswith(HUGE_PAGES):
            errors.append(_invalid_name(field, name, "must be a standard resource for containers"))
    elif not is_native(name) and not is_extended(name):
        errors.append(_invalid_name(field, name, "doesn't follow extended resource name standard"))
    return errors


def _invalid_name(field: str, name: str, message: str) -> FieldError:
    return GoValueError("FieldValueInvalid", field, name, message)


def validate_resource_amount(name: str, text: str, field: str) -> list[FieldError]:
    """Return an error for an amount below zero, or for a part of what is indivisible."""
    quantity = parse_quantity(text)
    errors = validate_nonnegative_quantity(text, field)
    if is_integer(name) and quantity.nanos % 10**9:
        errors.append(GoValueError("FieldValueInvalid", field, show_quantity(text, remembered=False), NOT_INTEGER))
    return errors


def validate_nonnegative_quantity(text: str, field: str) -> list[FieldError]:
    """Return an error for an amount below zero."""
    return [invalid(field, text, NEGATIVE)] if parse_quantity(text).nanos < 0 else []


def validate_container_resources(resources: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the requests and limits of a container."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors = []
    for way, amounts in (("limits", limits), ("requests", requests)):
        for name, text in amounts.items():
            path = f"{field}.{way}[{name}]"
            errors += validate_container_resource_name(name, path) + validate_resource_amount(name, text, path)
            if way == "requests":
                errors += _compare(name, parse_quantity(text), limits.get(name), field)
            if name.startswith(HUGE_PAGES):
                errors += _validate_huge_pages(name, parse_quantity(text), path)
    asked = {*limits, *requests}
    if any(name.startswith(HUGE_PAGES) for name in asked) and not asked & {"cpu", "memory"}:
        errors.append(forbidden(field, "HugePages require cpu or memory"))
    return errors


def _compare(name: str, request: Quantity, limit: str | None, field: str) -> list[FieldError]:
    may_overcommit = is_native(name) and not name.startswith(HUGE_PAGES)
    if limit is None:
        return [] if may_overcommit else [required(f"{field}.limits", "Limit must be set for non overcommitable resources")]
    amount = parse_quantity(limit)
    if not may_overcommit and request != amount:
        return [invalid(f"{field}.requests", str(request), f"must be equal to {name} limit of {amount}")]
    if request > amount:
        return [invalid(f"{field}.requests", str(request), f"must be less than or equal to {name} limit of {amount}")]
    return []


def _validate_huge_pages(name: str, amount: Quantity, field: str) -> list[FieldError]:
    """Return an error for an amount that is no whole number of pages; the page's size is in the name."""
    try:
        page = parse_quantity(name.removeprefix(HUGE_PAGES)).nanos
    except ValueError:
        page = 0
    if page > 0 and page % 10**9 == 0 and amount.value() % (page // 10**9) == 0:
        return []
    return [invalid(field, str(amount), f"{amount} is not positive integer multiple of {name}")]


def validate_claim_names(claims: list[Object], known: set[str], field: str) -> list[FieldError]:
    """Return what is wrong with a container's `resources.claims`: each names one of the pod's claims, or a request of one, once."""
    errors = []
    names: set[str] = set()
    for index, claim in enumerate(claims):
        path, name = f"{field}[{index}]", claim.get("name") or ""
        if not name:
            errors.append(required(path))
            continue
        errors += _check_claim_once(name, claim.get("request") or "", names, path)
        if name not in known:
            where = ": " + ", ".join(sorted(known)) if known else " which is empty"
            errors.append(
                FieldError("FieldValueNotFound", path, name, f"must be one of the names in pod.spec.resourceClaims{where}")
            )
    return errors


def _check_claim_once(name: str, request: str, names: set[str], path: str) -> list[FieldError]:
    if name in names:
        return [duplicate(path, name)]
    key = f"{name}/{request}" if request else name
    errors = check_by(f"{path}.request", request, is_dns1123_label) if request else []
    if key in names:
        errors.append(duplicate(path, key))
    elif not request:
        errors += [duplicate(path, name) for other in sorted(names) if other.startswith(name + "/")]
    names.add(key)
    return errors
