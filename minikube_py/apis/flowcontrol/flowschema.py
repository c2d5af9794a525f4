"""FlowSchema: https://kubernetes.io/docs/concepts/cluster-administration/flow-control/"""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_PRECEDENCE = 10000
METHODS = ("ByNamespace", "ByUser")
VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}


def set_defaults(schema: Object) -> None:
    """Come in the middle of the order."""
    spec = schema.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = 1000


def prepare_for_create(schema: Object) -> None:
    """A new schema has no status."""
    schema["status"] = {}


def validate(schema: Object) -> list[FieldError]:
    """Check a schema."""
    return list(_validate_spec(schema["spec"], schema["metadata"].get("name", "")))


def _validate_spec(spec: Object, name: str) -> Iterator[FieldError]:
    precedence, path = spec["matchingPrecedence"], "spec.matchingPrecedence"
    if precedence <= 0:
        yield invalid(path, precedence, "must be a positive value")
    if precedence > MAX_PRECEDENCE:
        yield invalid(path, precedence, f"must not be greater than {MAX_PRECEDENCE}")
    if precedence == 1 and name != "exempt":
        yield invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
    method = spec.get("distinguisherMethod")
    if method is not None and method.get("type") not in METHODS:
        yield not_supported("spec.distinguisherMethod.type", method.get("type"), METHODS)
    level = (spec.get("priorityLevelConfiguration") or {}).get("name") or ""
    if not level:
        yield required("spec.priorityLevelConfiguration.name", "must reference a priority level")
    else:
        yield from (invalid("spec.priorityLevelConfiguration.name", level, why) for why in is_dns1123_subdomain(level))
    for number, rule in enumerate(spec.get("rules") or ()):
        yield from _validate_rule(rule, f"spec.rules[{number}]")


def _validate_rule(rule: Object, path: str) -> Iterator[FieldError]:
    if not rule.get("subjects"):
        yield required(f"{path}.subjects", "subjects must contain at least one value")
    for number, subject in enumerate(rule.get("subjects") or ()):
        yield from _validate_subject(subject, f"{path}.subjects[{number}]")
    if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
        yield required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for number, inner in enumerate(rule.get("resourceRules") or ()):
        yield from _validate_resource_rule(inner, f"{path}.resourceRules[{number}]")
    for number, inner in enumerate(rule.get("nonResourceRules") or ()):
        where = f"{path}.nonResourceRules[{number}]"
        yield from _validate_list(inner, "verbs", where, "verbs must contain at least one value", "verbs")
        missing = "nonResourceURLs must contain at least one value"
        yield from _validate_list(inner, "nonResourceURLs", where, missing, "non-resource URLs")


def _validate_subject(subject: Object, path: str) -> Iterator[FieldError]:
    kind = subject.get("kind") or ""
    if kind not in SUBJECTS:
        yield not_supported(f"{path}.kind", kind, tuple(SUBJECTS))
        return
    field = SUBJECTS[kind]
    inner = subject.get(field)
    if inner is None:
        yield required(f"{path}.{field}", f"{field} is required when subject kind is '{kind}'")
    else:
        if not inner.get("name"):
            yield required(f"{path}.{field}.name")
        if kind == "ServiceAccount":
            namespace = inner.get("namespace") or ""
            if not namespace:
                yield required(f"{path}.{field}.namespace", "must specify namespace for service account")
            yield from (
                invalid(f"{path}.{field}.namespace", namespace, why) for why in is_dns1123_label(namespace) if namespace
            )
    for other, name in SUBJECTS.items():
        if other != kind and subject.get(name) is not None:
            yield forbidden(f"{path}.{name}", f"{name} is forbidden when subject kind is not '{other}'")


def _validate_resource_rule(rule: Object, path: str) -> Iterator[FieldError]:
    yield from _validate_list(rule, "verbs", path, "verbs must contain at least one value", "verbs")
    yield from _validate_list(rule, "apiGroups", path, "resource rules must supply at least one api group", "api groups")
    yield from _validate_list(rule, "resources", path, "resource rules must supply at least one resource", "resources")
    if rule.get("namespaces") or not rule.get("clusterScope"):
        missing = "resource rules that are not cluster scoped must supply at least one namespace"
        yield from _validate_list(rule, "namespaces", path, missing, "namespaces")


def _validate_list(rule: Object, word: str, path: str, missing: str, others: str) -> Iterator[FieldError]:
    values = rule.get(word) or []
    if not values:
        yield required(f"{path}.{word}", missing)
    elif len(values) > 1 and "*" in values:
        yield invalid_go(f"{path}.{word}", format_go_strings(values), f"if '*' is present, must not specify other {others}")
    elif word == "verbs" and "*" not in values and not set(values) <= set(VERBS):
        yield not_supported(f"{path}.{word}", values, VERBS)


def _tell_missing_level(schema: Object, now: float) -> str:
    condition = find_condition((schema.get("status") or {}).get("conditions"), "Dangling")
    return str(condition["status"]) if condition else "?"


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="FlowSchema",
    plural="flowschemas",
    singular="flowschema",
    schema="io.k8s.api.flowcontrol.v1.FlowSchema",
    unconditional_update=False,
    namespaced=False,
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("PriorityLevel", lambda s, now: s["spec"]["priorityLevelConfiguration"]["name"]),
        Column("MatchingPrecedence", lambda s, now: s["spec"]["matchingPrecedence"], type="integer"),
        Column("DistinguisherMethod", lambda s, now: (s["spec"].get("distinguisherMethod") or {}).get("type") or "<none>"),
        AGE,
        Column("MissingPL", _tell_missing_level),
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=lambda new, old: validate(new),
    sort=lambda schema: (schema["spec"]["matchingPrecedence"], schema["metadata"]["name"]),
)
