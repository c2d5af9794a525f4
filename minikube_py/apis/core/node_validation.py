"""Rules for nodes."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, required
from minikube_py.apimachinery.names import is_qualified_name, is_valid_label_value
from minikube_py.apis.core.scheduling_validation import TAINT_EFFECTS
from minikube_py.apis.field_checks import GoValueError, check_by, unsupported
from minikube_py.apis.go_literals import show_struct
from minikube_py.apis.kind import Object

_CHANGEABLE = ("taints", "unschedulable", "configSource")
_ONLY_CHANGEABLE = (
    "node updates may only change labels, taints, or capacity "
    "(or configSource, if the DynamicKubeletConfig feature gate is enabled)"
)


def validate_node(node: Object) -> list[FieldError]:
    """Return what is wrong with a node."""
    spec = node.get("spec") or {}
    errors = _validate_taints(spec.get("taints") or [], "spec.taints")
    blocks = spec.get("podCIDRs") or []
    if len(blocks) > 2:
        shown = "[]string{" + ", ".join(f'"{block}"' for block in blocks) + "}"
        errors.append(
            GoValueError("FieldValueInvalid", "spec.podCIDRs", shown, "may specify no more than one CIDR for each IP family")
        )
    return errors


def _validate_taints(taints: list[Object], field: str) -> list[FieldError]:
    errors = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        path, key, effect = f"{field}[{index}]", taint.get("key") or "", taint.get("effect") or ""
        errors += check_by(f"{path}.key", key, is_qualified_name)
        errors += check_by(f"{path}.value", taint.get("value") or "", is_valid_label_value)
        if not effect:
            errors.append(required(f"{path}.effect"))
        elif effect not in TAINT_EFFECTS:
            errors.append(unsupported(f"{path}.effect", effect, TAINT_EFFECTS))
        if (key, effect) in seen:
            found = duplicate(path, show_struct("core.Taint", taint))
            errors.append(GoValueError(found.type, path, found.value, "taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return errors


def validate_node_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a node: its address range and identity are set once."""
    after, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_node(new)
    if before.get("podCIDR") and after.get("podCIDR") != before["podCIDR"]:
        errors.append(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'))
    if before.get("providerID") and after.get("providerID") != before["providerID"]:
        errors.append(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'))
    fixed = {name for name in (*before, *after) if name not in (*_CHANGEABLE, "podCIDR", "podCIDRs", "providerID")}
    if any(before.get(name) != after.get(name) for name in fixed):
        errors.append(forbidden("", _ONLY_CHANGEABLE))
    return errors
