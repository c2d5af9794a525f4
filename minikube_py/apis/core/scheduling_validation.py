"""Rules for what a pod says about where it may run: affinity, tolerations, spreading, gates."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_label_value
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.field_checks import NOT_POSITIVE, check_by, unsupported
from minikube_py.apis.kind import Object

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_NO_SELECTOR = "must not be specified when labelSelector is not set"
TAINT_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def validate_affinity(affinity: Object, field: str) -> list[FieldError]:
    """Return what is wrong with `spec.affinity`."""
    errors = _validate_node_affinity(affinity["nodeAffinity"], f"{field}.nodeAffinity") if affinity.get("nodeAffinity") else []
    for kind in ("podAffinity", "podAntiAffinity"):
        if (terms := affinity.get(kind)) is None:
            continue
        for index, term in enumerate(terms.get(REQUIRED) or ()):
            errors += _validate_pod_term(term, f"{field}.{kind}.{REQUIRED}[{index}]")
        for index, weighted in enumerate(terms.get(PREFERRED) or ()):
            path = f"{field}.{kind}.{PREFERRED}[{index}]"
            errors += _check_weight(weighted, path)
            errors += _validate_pod_term(weighted.get("podAffinityTerm") or {}, f"{path}.podAffinityTerm")
    return errors


def _validate_node_affinity(affinity: Object, field: str) -> list[FieldError]:
    errors = []
    if (selector := affinity.get(REQUIRED)) is not None:
        errors += validate_node_selector(selector, f"{field}.{REQUIRED}")
    for index, weighted in enumerate(affinity.get(PREFERRED) or ()):
        path = f"{field}.{PREFERRED}[{index}]"
        errors += _check_weight(weighted, path)
        errors += _validate_node_term(weighted.get("preference") or {}, f"{path}.preference", any_value=True)
    return errors


def _check_weight(weighted: Object, field: str) -> list[FieldError]:
    weight = weighted.get("weight", 0)
    return [] if 1 <= weight <= 100 else [invalid(f"{field}.weight", weight, "must be in the range 1-100")]


def validate_node_selector(selector: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a NodeSelector."""
    terms = selector.get("nodeSelectorTerms") or ()
    errors = [] if terms else [required(f"{field}.nodeSelectorTerms", "must have at least one node selector term")]
    for index, term in enumerate(terms):
        errors += _validate_node_term(term, f"{field}.nodeSelectorTerms[{index}]")
    return errors


def _validate_node_term(term: Object, field: str, *, any_value: bool = False) -> list[FieldError]:
    errors = []
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        errors += _validate_requirement(requirement, f"{field}.matchExpressions[{index}]", any_value)
    for index, requirement in enumerate(term.get("matchFields") or ()):
        errors += _validate_field_requirement(requirement, f"{field}.matchFields[{index}]")
    return errors


def _validate_requirement(requirement: Object, field: str, any_value: bool) -> list[FieldError]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or ()
    errors = []
    if operator in ("In", "NotIn"):
        if not values:
            errors.append(required(f"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            errors.append(forbidden(f"{field}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            errors.append(required(f"{field}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'"))
    else:
        errors.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    errors += check_by(f"{field}.key", requirement.get("key", ""), is_qualified_name)
    for index, value in enumerate(() if any_value else values):
        errors += check_by(f"{field}.values[{index}]", value, is_valid_label_value)
    return errors


def _validate_field_requirement(requirement: Object, field: str) -> list[FieldError]:
    operator, values, key = requirement.get("operator") or "", requirement.get("values") or (), requirement.get("key", "")
    errors = []
    if operator not in ("In", "NotIn"):
        errors.append(invalid(f"{field}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(required(f"{field}.values", why))
    if key != "metadata.name":
        return [*errors, invalid(f"{field}.key", key, "not a valid field selector key")]
    for index, value in enumerate(values):
        errors += check_by(f"{field}.values[{index}]", value, is_dns1123_subdomain)
    return errors


def _validate_pod_term(term: Object, field: str) -> list[FieldError]:
    errors = []
    for kind in ("labelSelector", "namespaceSelector"):
        if (selector := term.get(kind)) is not None:
            errors += validate_label_selector(selector, f"{field}.{kind}")
    for namespace in term.get("namespaces") or ():
        errors += check_by(f"{field}.namespace", namespace, is_dns1123_label)
    errors += _validate_label_keys(term, field)
    key = term.get("topologyKey") or ""
    if not key:
        return [
            *errors,
            required(f"{field}.topologyKey", "can not be empty"),
            *check_by(f"{field}.topologyKey", "", is_qualified_name),
        ]
    return errors + check_by(f"{field}.topologyKey", key, is_qualified_name)


def _validate_label_keys(term: Object, field: str) -> list[FieldError]:
    """Check the keys of which a term takes the pod's own values (KEP-3633). The selector already has them as expressions."""
    match, mismatch, selector = term.get("matchLabelKeys") or [], term.get("mismatchLabelKeys") or [], term.get("labelSelector")
    errors = []
    for name, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            errors.append(forbidden(f"{field}.{name}", _NO_SELECTOR))
        elif selector is not None:
            errors += [e for i, key in enumerate(keys) for e in check_by(f"{field}.{name}[{i}]", key, is_qualified_name)]
    seen = set((selector or {}).get("matchLabels") or ())
    for expression in (selector or {}).get("matchExpressions") or ():
        key = expression.get("key", "")
        if key in match and key in seen:
            index = len(match) - 1 - match[::-1].index(key)
            errors.append(invalid(f"{field}[{index}]", key, "exists in both matchLabelKeys and labelSelector"))
        seen.add(key)
    why = "exists in both matchLabelKeys and mismatchLabelKeys"
    return errors + [invalid(f"{field}.matchLabelKeys[{i}]", key, why) for i, key in enumerate(match) if key in mismatch]


def validate_tolerations(tolerations: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with `spec.tolerations`."""
    errors = []
    for index, toleration in enumerate(tolerations):
        path = f"{field}[{index}]"
        key, operator, value = (toleration.get(name) or "" for name in ("key", "operator", "value"))
        effect = toleration.get("effect") or ""
        if key:
            errors += check_by(f"{path}.key", key, is_qualified_name)
        elif operator != "Exists":
            why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            errors.append(invalid(f"{path}.operator", operator, why))
        if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
            errors.append(invalid(f"{path}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
        if operator in ("", "Equal"):
            if messages := is_valid_label_value(value):
                errors.append(invalid(f"{path}.operator", value, ";".join(messages)))
        elif operator != "Exists":
            errors.append(unsupported(f"{path}.operator", operator, ("Equal", "Exists")))
        elif value:
            errors.append(invalid(f"{path}.operator", value, "value must be empty when `operator` is 'Exists'"))
        if effect and effect not in TAINT_EFFECTS:
            errors.append(unsupported(f"{path}.effect", effect, TAINT_EFFECTS))
    return errors


def validate_spread_constraints(constraints: list[Object], field: str) -> list[FieldError]:
    """Return what is wrong with `spec.topologySpreadConstraints`."""
    errors = []
    pairs = [(c.get("topologyKey") or "", c.get("whenUnsatisfiable") or "") for c in constraints]
    for index, constraint in enumerate(constraints):
        path = f"{field}[{index}]"
        key, action = pairs[index]
        if (skew := constraint.get("maxSkew", 0)) <= 0:
            errors.append(invalid(f"{path}.maxSkew", skew, NOT_POSITIVE))
        if not key:
            errors.append(required(f"{path}.topologyKey", "can not be empty"))
        if action not in ("DoNotSchedule", "ScheduleAnyway"):
            errors.append(unsupported(f"{path}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway")))
        if (key, action) in pairs[index + 1 :]:
            errors.append(duplicate(f"{path}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}"))
        errors += _validate_spread_details(constraint, action, path)
    return errors


def _validate_spread_details(constraint: Object, action: str, field: str) -> list[FieldError]:
    errors = []
    if (minimum := constraint.get("minDomains")) is not None:
        if minimum <= 0:
            errors.append(invalid(f"{field}.minDomains", minimum, NOT_POSITIVE))
        if action != "DoNotSchedule":
            why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
            errors.append(invalid(f"{field}.minDomains", minimum, why))
    for name in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(name)
        if policy is not None and policy not in ("Honor", "Ignore"):
            errors.append(unsupported(f"{field}.{name}", policy, ("Honor", "Ignore")))
    selector = constraint.get("labelSelector")
    errors += _validate_spread_keys(constraint.get("matchLabelKeys") or [], selector, f"{field}.matchLabelKeys")
    return errors + (validate_label_selector(selector, f"{field}.labelSelector") if selector is not None else [])


def _validate_spread_keys(keys: list[str], selector: Object | None, field: str) -> list[FieldError]:
    errors = [forbidden(field, _NO_SELECTOR)] if keys and selector is None else []
    held = {*((selector or {}).get("matchLabels") or ())}
    held |= {expression.get("key") for expression in (selector or {}).get("matchExpressions") or ()}
    for index, key in enumerate(keys):
        errors += check_by(f"{field}[{index}]", key, is_qualified_name)
        if key in held:
            errors.append(invalid(f"{field}[{index}]", key, "exists in both matchLabelKeys and labelSelector"))
    return errors


def validate_named_list(items: list[Object], key: str, field: str) -> list[FieldError]:
    """Return what is wrong with a list of gates, each a qualified name that stands there once."""
    errors = []
    seen: set[str] = set()
    for index, item in enumerate(items):
        name = item.get(key, "")
        errors += check_by(f"{field}[{index}]" if key == "name" else f"{field}[{index}].{key}", name, is_qualified_name)
        if name in seen and key == "name":
            errors.append(duplicate(f"{field}[{index}]", name))
        seen.add(name)
    return errors
