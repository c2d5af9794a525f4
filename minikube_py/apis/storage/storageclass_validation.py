"""Rules for storage classes."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required, too_long
from minikube_py.apimachinery.names import is_qualified_name
from minikube_py.apis.core.node_labels import OLD_NODE_LABELS
from minikube_py.apis.field_checks import check_by, check_immutable, unsupported
from minikube_py.apis.kind import Object

_MAX_PARAMETERS, _MAX_PARAMETER_BYTES = 512, 256 * 1024
_POLICIES = ("Delete", "Retain")
_BINDING_MODES = ("Immediate", "WaitForFirstConsumer")
_FIXED = ("parameters", "provisioner", "reclaimPolicy")


def validate_storage_class(storage_class: Object) -> list[FieldError]:
    """Return what is wrong with a storage class."""
    provisioner = storage_class.get("provisioner") or ""
    errors = [] if provisioner else [required("provisioner")]
    if provisioner:
        errors += check_by("provisioner", provisioner.lower(), is_qualified_name)
    errors += validate_parameters(storage_class.get("parameters") or {})
    policy, mode = storage_class.get("reclaimPolicy") or "", storage_class.get("volumeBindingMode")
    if policy and policy not in _POLICIES:
        errors.append(unsupported("reclaimPolicy", policy, _POLICIES))
    if mode not in _BINDING_MODES:
        errors.append(unsupported("volumeBindingMode", mode, _BINDING_MODES))
    return errors + _validate_topologies(storage_class.get("allowedTopologies") or [])


def validate_parameters(parameters: dict[str, str]) -> list[FieldError]:
    """Return what is wrong with the parameters given to a provisioner."""
    if len(parameters) > _MAX_PARAMETERS:
        return [too_long("parameters", _MAX_PARAMETERS)]
    errors = [invalid("parameters", key, "field can not be empty.") for key in parameters if not key]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in parameters.items())
    return [*errors, too_long("parameters", _MAX_PARAMETER_BYTES)] if size > _MAX_PARAMETER_BYTES else errors


def _validate_topologies(terms: list[Object]) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: list[dict[str, set[str]]] = [{} for _ in terms]  # upstream's list begins with as many empty ones
    for index, term in enumerate(terms):
        field = f"allowedTopologies[{index}].matchLabelExpressions"
        values: dict[str, set[str]] = {}
        for place, expression in enumerate(term.get("matchLabelExpressions") or ()):
            errors += _validate_expression(expression, values, f"{field}[{place}]")
        errors += [duplicate(field, "") for other in seen if other == values]
        seen.append(values)
    return errors


def _validate_expression(expression: Object, values: dict[str, set[str]], field: str) -> list[FieldError]:
    """Return what is wrong with one key and its values, which are added to those of the term."""
    key, errors, given = expression.get("key") or "", [], set()
    listed = expression.get("values") or ()
    if not listed:
        errors.append(required(f"{field}.values"))
    for index, value in enumerate(listed):
        if value in given:
            errors.append(duplicate(f"{field}.values[{index}]", value))
        given.add(value)
    errors += check_by(f"{field}.key", key, is_qualified_name)
    if key in values:
        errors.append(duplicate(f"{field}.key", key))
    values[key] = given
    return errors


def validate_storage_class_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change: most of a class stays as it is."""
    changed = [name for name in _FIXED if (new.get(name) or None) != (old.get(name) or None)]
    errors = [forbidden(name, f"updates to {name} are forbidden.") for name in changed]
    return errors + check_immutable("volumeBindingMode", new.get("volumeBindingMode"), old.get("volumeBindingMode"))


def warn_of_topologies(storage_class: Object) -> list[str]:
    """Return a warning for each topology that asks for a label of old times."""
    return [
        f"allowedTopologies[{index}].matchLabelExpressions[{place}].key: {OLD_NODE_LABELS[key]}"
        for index, term in enumerate(storage_class.get("allowedTopologies") or ())
        for place, expression in enumerate(term.get("matchLabelExpressions") or ())
        if (key := expression.get("key", "")) in OLD_NODE_LABELS
    ]
