"""ResourceQuota: https://kubernetes.io/docs/concepts/policy/resource-quotas/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

SCOPES = ("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating")


def _tell_usage(quota: Object, limits: bool) -> str:
    status = quota.get("status") or {}
    used = status.get("used") or {}
    names = sorted(name for name in status.get("hard") or {} if name.startswith("limits") == limits)
    return ", ".join(f"{name}: {used.get(name, '0')}/{status['hard'][name]}" for name in names)


def set_defaults(quota: Object) -> None:
    """Write what is always shown, and round amounts."""
    from minikube_py.apis.core.pod_defaults import round_resources

    quota.setdefault("status", {})
    round_resources(quota.setdefault("spec", {}).get("hard"))


def prepare_for_create(quota: Object) -> None:
    """Begin its status afresh."""
    quota["status"] = {}


def validate(quota: Object) -> list[FieldError]:
    """Check the resources it limits and the scopes it limits them in."""
    from minikube_py.apis.core.resource_validation import validate_resource_amount

    spec = quota.get("spec") or {}
    errors = []
    for name, amount in (spec.get("hard") or {}).items():
        path = f"spec.hard[{name}]"
        errors += _validate_name(name, path) + validate_resource_amount(name, amount, path)
    return errors + _validate_scopes(spec)


def _validate_name(name: str, field: str) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_qualified_name
    from minikube_py.apis.core.resource_validation import is_standard
    from minikube_py.apis.field_checks import GoValueError

    messages = is_qualified_name(name)
    if not messages and "/" not in name and not is_standard(name):
        messages = ["must be a standard resource for quota"]
    return [GoValueError("FieldValueInvalid", field, name, message) for message in messages]


def _validate_scopes(spec: Object) -> list[FieldError]:
    from minikube_py.apimachinery.gosyntax import format_go_strings
    from minikube_py.apis.field_checks import GoValueError

    scopes = spec.get("scopes") or []
    shown = "[]core.ResourceQuotaScope" + format_go_strings(scopes).removeprefix("[]string")
    errors: list[FieldError] = []
    if any(scope not in SCOPES for scope in scopes):
        errors.append(GoValueError("FieldValueInvalid", "spec.scopes", shown, "unsupported scope"))
    for pair in ({"BestEffort", "NotBestEffort"}, {"Terminating", "NotTerminating"}):
        if pair <= set(scopes):
            errors.append(GoValueError("FieldValueInvalid", "spec.scopes", shown, "conflicting scopes"))
    return errors + _validate_scope_selector(spec.get("scopeSelector") or {})


def _validate_scope_selector(selector: Object) -> list[FieldError]:
    from minikube_py.apimachinery.errors import invalid, required

    errors = []
    for requirement in selector.get("matchExpressions") or ():
        scope, operator, values = requirement.get("scopeName", ""), requirement.get("operator", ""), requirement.get("values")
        field = "spec.scopeSelector.matchExpressions"
        if scope not in SCOPES:
            errors.append(invalid(f"{field}.scopeName", scope, "unsupported scope"))
        if operator in ("In", "NotIn"):
            if not values:
                why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
                errors.append(required(f"{field}.values", why))
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
                errors.append(invalid(f"{field}.values", values, why))
        else:
            errors.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    return errors


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse other scopes."""
    from minikube_py.apimachinery.gosyntax import format_go_strings
    from minikube_py.apis.field_checks import GoValueError

    after, before = new["spec"].get("scopes") or [], old["spec"].get("scopes") or []
    errors = validate(new)
    if set(after) != set(before):
        shown = "[]core.ResourceQuotaScope" + format_go_strings(after).removeprefix("[]string")
        errors.append(GoValueError("FieldValueInvalid", "spec.scopes", shown, "field is immutable"))
    return errors


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    plural="resourcequotas",
    singular="resourcequota",
    short_names=("quota",),
    schema="io.k8s.api.core.v1.ResourceQuota",
    subresources=("status",),
    columns=(
        NAME,
        Column("Request", lambda quota, now: _tell_usage(quota, False)),
        Column("Limit", lambda quota, now: _tell_usage(quota, True)),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=validate_update,
)
