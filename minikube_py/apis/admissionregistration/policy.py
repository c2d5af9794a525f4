"""ValidatingAdmissionPolicy: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, not_supported, required
from minikube_py.apimachinery.names import is_c_identifier, is_dns1035_label, is_dns1123_subdomain, is_qualified_name
from minikube_py.apis.admissionregistration.expressions import (
    check_expression,
    list_variables,
    type_of_expression,
    type_of_variables,
)
from minikube_py.apis.admissionregistration.match_conditions import validate_conditions
from minikube_py.apis.admissionregistration.match_resources import set_match_defaults, validate_match_resources
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

FAILURE_POLICIES = ("Fail", "Ignore")
REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")


def set_defaults(policy: Object) -> None:
    """Refuse where a policy cannot be judged."""
    spec = policy.setdefault("spec", {})
    spec.setdefault("failurePolicy", "Fail")
    if spec.get("matchConstraints") is not None:
        set_match_defaults(spec["matchConstraints"])


def prepare_for_create(policy: Object) -> None:
    """A new policy has no status."""
    policy.pop("status", None)


def validate(policy: Object) -> list[FieldError]:
    """Check a policy."""
    return list(_validate_spec(policy.get("spec") or {}, "spec"))


def _validate_spec(spec: Object, path: str) -> Iterator[FieldError]:
    if spec.get("failurePolicy") not in FAILURE_POLICIES:
        yield not_supported(f"{path}.failurePolicy", spec.get("failurePolicy"), FAILURE_POLICIES)
    if spec.get("paramKind") is not None:
        yield from _validate_param_kind(spec["paramKind"], f"{path}.paramKind")
    constraints = spec.get("matchConstraints")
    if constraints is None:
        yield required(f"{path}.matchConstraints")
    else:
        yield from validate_match_resources(constraints, f"{path}.matchConstraints")
        if not constraints.get("resourceRules"):
            yield required(f"{path}.matchConstraints.resourceRules")
    names = list_variables(bool(spec.get("paramKind")))
    yield from validate_conditions(spec.get("matchConditions") or [], f"{path}.matchConditions", has_params="params" in names)
    known: Object = {}
    for number, variable in enumerate(spec.get("variables") or ()):
        names["variables"] = type_of_variables(known)
        yield from _validate_variable(variable, f"{path}.variables[{number}]", names)
        known[variable.get("name") or ""] = type_of_expression(variable.get("expression") or "", names)
    names["variables"] = type_of_variables(known)
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        for word in ("validations", "auditAnnotations"):
            yield required(f"{path}.{word}", "validations or auditAnnotations must contain at least one item")
    for number, rule in enumerate(spec.get("validations") or ()):
        yield from _validate_rule(rule, f"{path}.validations[{number}]", names)
    yield from _validate_annotations(spec.get("auditAnnotations") or [], f"{path}.auditAnnotations", names)


def _validate_variable(variable: Object, path: str, names: Object) -> Iterator[FieldError]:
    if not variable.get("name"):
        yield required(f"{path}.name", "name is not specified")
    elif is_c_identifier(variable["name"]):
        yield invalid(f"{path}.name", variable["name"], "name is not a valid CEL identifier")
    if not (variable.get("expression") or "").strip():
        yield required(f"{path}.expression", "expression is not specified")
    else:
        yield from check_expression(variable["expression"], f"{path}.expression", names)


def _validate_param_kind(kind: Object, path: str) -> Iterator[FieldError]:
    version = kind.get("apiVersion") or ""
    if not version:
        yield required(f"{path}.apiVersion")
    elif version.count("/") > 1:
        yield invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")
    else:
        group, slash, name = version.rpartition("/")
        if slash and (errors := is_dns1123_subdomain(group)):
            yield invalid(f"{path}.apiVersion", group, ",".join(errors))
        if errors := is_dns1035_label(name):
            yield invalid(f"{path}.apiVersion", name, ",".join(errors))
    if not kind.get("kind"):
        yield required(f"{path}.kind")
    elif errors := is_dns1035_label(kind["kind"].lower()):
        yield invalid(f"{path}.kind", kind["kind"], "may have mixed case, but should otherwise match: " + ",".join(errors))


def _validate_rule(rule: Object, path: str, names: Object) -> Iterator[FieldError]:
    expression, message = (rule.get("expression") or "").strip(), rule.get("message") or ""
    if not expression:
        yield required(f"{path}.expression", "expression is not specified")
    else:
        yield from check_expression(rule["expression"], f"{path}.expression", names, "bool")
    if message and not message.strip():
        yield invalid(f"{path}.message", message, "message must be non-empty if specified")
    elif "\n" in message.strip():
        yield invalid(f"{path}.message", message, "message must not contain line breaks")
    elif "\n" in expression and not message.strip():
        yield required(f"{path}.message", "message must be specified if expression contains line breaks")
    if text := rule.get("messageExpression"):
        if not text.strip():
            yield invalid(f"{path}.messageExpression", text, "must be non-empty if specified")
        else:
            yield from check_expression(text, f"{path}.messageExpression", names, "string")
    if rule.get("reason") is not None and rule["reason"] not in REASONS[:3]:
        yield not_supported(f"{path}.reason", rule["reason"], REASONS[:3])


def _validate_annotations(annotations: list[Object], path: str, names: Object) -> Iterator[FieldError]:
    keys = set()
    for number, annotation in enumerate(annotations):
        key = annotation.get("key") or ""
        if not key:
            yield required(f"{path}[{number}].key")
        else:
            yield from (invalid(f"{path}[{number}].key", key, why) for why in is_qualified_name(key))
            if key in keys:
                yield duplicate(f"{path}[{number}].key", key)
            keys.add(key)
        if not (annotation.get("valueExpression") or "").strip():
            yield required(f"{path}[{number}].valueExpression", "valueExpression is not specified")
        else:
            where = f"{path}[{number}].valueExpression"
            yield from check_expression(annotation["valueExpression"], where, names, "string", "null")


def _show_param_kind(policy: Object, now: float) -> str:
    kind = (policy.get("spec") or {}).get("paramKind")
    return f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"


KIND = Kind(
    group="admissionregistration.k8s.io",
    version="v1",
    kind="ValidatingAdmissionPolicy",
    plural="validatingadmissionpolicies",
    singular="validatingadmissionpolicy",
    schema="io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy",
    unconditional_update=False,
    categories=("api-extensions",),
    namespaced=False,
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Validations", lambda policy, now: len((policy.get("spec") or {}).get("validations") or ()), type="integer"),
        Column("ParamKind", _show_param_kind),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
