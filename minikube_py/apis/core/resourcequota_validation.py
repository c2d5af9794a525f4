"""Rules for quotas: which resources they may limit, and in which scopes."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apis.core.quota_usage import COUNTED_IN
from minikube_py.apis.core.resource_validation import HUGE_PAGES, validate_resource_amount, validate_resource_name
from minikube_py.apis.field_checks import IMMUTABLE, GoValueError
from minikube_py.apis.kind import Object

SCOPES = ("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating")
_STANDARD = frozenset(name for names in COUNTED_IN.values() for name in names)
_IN_SCOPE = frozenset(("pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"))
_CONFLICTS = ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"})
_APPLIED = "unsupported scope applied to resource"
_SELECTOR = "spec.scopeSelector.matchExpressions"
_MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def validate_quota(quota: Object) -> list[FieldError]:
    """Return what is wrong with a quota's spec."""
    spec = quota.get("spec") or {}
    hard = spec.get("hard") or {}
    errors = _validate_amounts(hard, "spec.hard")
    return errors + _validate_scopes(spec, hard) + _validate_selector(spec, hard)


def validate_quota_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change: scopes stay."""
    after, before = ((quota.get("spec") or {}).get("scopes") or [] for quota in (new, old))
    changed = [_invalid("spec.scopes", _show_scopes(after), IMMUTABLE)] if set(after) != set(before) else []
    return validate_quota(new) + changed


def validate_quota_status(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with a quota's status."""
    status = new.get("status") or {}
    return _validate_amounts(status.get("hard") or {}, "status.hard") + _validate_amounts(
        status.get("used") or {}, "status.used"
    )


def _validate_amounts(amounts: dict[str, str], field: str) -> list[FieldError]:
    errors = []
    for name, amount in sorted(amounts.items()):
        path = f"{field}[{name}]"
        errors += validate_resource_name(name, path)
        if "/" not in name and not _is_standard(name):
            errors.append(_invalid(path, name, "must be a standard resource for quota"))
        errors += validate_resource_amount(name, amount, path)
    return errors


def _is_standard(name: str) -> bool:
    return name in _STANDARD or name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES))


def _invalid(field: str, shown: str, detail: str) -> FieldError:
    return GoValueError("FieldValueInvalid", field, shown, detail)


def _list_misplaced(scope: str, hard: dict[str, str]) -> list[str]:
    """Return the limited resources that a scope cannot be about; nothing but pods is best effort."""
    if scope not in SCOPES:
        return []
    fitting = {"pods"} if scope == "BestEffort" else _IN_SCOPE
    return [name for name in hard if _is_standard(name) and name not in fitting]


def _validate_scopes(spec: Object, hard: dict[str, str]) -> list[FieldError]:
    scopes = spec.get("scopes") or []
    shown, errors = _show_scopes(scopes), []
    for scope in scopes:
        if scope not in SCOPES:
            errors.append(_invalid("spec.scopes", shown, "unsupported scope"))
        errors += [_invalid("spec.scopes", shown, _APPLIED) for _ in _list_misplaced(scope, hard)]
    return errors + [_invalid("spec.scopes", shown, "conflicting scopes") for pair in _CONFLICTS if pair <= set(scopes)]


def _validate_selector(spec: Object, hard: dict[str, str]) -> list[FieldError]:
    requirements = (spec.get("scopeSelector") or {}).get("matchExpressions") or []
    errors = []
    for requirement in requirements:
        scope = requirement.get("scopeName", "")
        if scope not in SCOPES:
            errors.append(invalid(f"{_SELECTOR}.scopeName", scope, "unsupported scope"))
        errors += [_invalid(_SELECTOR, _show_selector(requirements), _APPLIED) for _ in _list_misplaced(scope, hard)]
        errors += _validate_operator(scope, requirement.get("operator", ""), requirement.get("values") or [])
    named = {requirement.get("scopeName", "") for requirement in requirements}
    shown = _show_scopes(spec.get("scopes"))
    return errors + [_invalid(_SELECTOR, shown, "conflicting scopes") for pair in _CONFLICTS if pair <= named]


def _validate_operator(scope: str, operator: str, values: list[str]) -> list[FieldError]:
    errors = []
    if scope in SCOPES and scope != "PriorityClass" and operator != "Exists":
        errors.append(invalid(f"{_SELECTOR}.operator", operator, _MUST_EXIST))
    if operator in ("In", "NotIn"):
        if not values:
            why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
            errors.append(required(f"{_SELECTOR}.values", why))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            errors.append(_invalid(f"{_SELECTOR}.values", format_go_strings(values), why))
    else:
        errors.append(invalid(f"{_SELECTOR}.operator", operator, "not a valid selector operator"))
    return errors


def _show_scopes(scopes: list[str] | None) -> str:
    return "[]core.ResourceQuotaScope" + format_go_strings(scopes or None).removeprefix("[]string")


def _show_selector(requirements: list[Object]) -> str:
    shown = ", ".join(
        f'core.ScopedResourceSelectorRequirement{{ScopeName:"{r.get("scopeName", "")}", Operator:"{r.get("operator", "")}", '
        f"Values:{format_go_strings(r.get('values'))}}}"
        for r in requirements
    )
    return f"core.ScopeSelector{{MatchExpressions:[]core.ScopedResourceSelectorRequirement{{{shown}}}}}"
