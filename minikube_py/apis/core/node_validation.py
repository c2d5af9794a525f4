"""Rules for nodes."""

from __future__ import annotations

from minikube_py.apimachinery.addresses import judge_old_cidr, parse_cidr
from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apimachinery.names import is_qualified_name, is_valid_label_value
from minikube_py.apis.core.resource_validation import validate_resource_amount
from minikube_py.apis.core.scheduling_validation import TAINT_EFFECTS
from minikube_py.apis.field_checks import GoValueError, check_by, unsupported
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

_SET_ONCE = 'node updates may not change {} except from "" to valid'


def validate_node(node: Object) -> list[FieldError]:
    """Return what is wrong with a node."""
    spec = node.get("spec") or {}
    errors = _validate_taints(spec.get("taints") or []) + _validate_amounts(node)
    blocks = spec.get("podCIDRs") or []
    errors += [error for i, block in enumerate(blocks) for error in check_by(f"spec.podCIDRs[{i}]", block, judge_old_cidr)]
    families = [_family_of(block) for block in blocks]
    if len(blocks) > 2 or (len(blocks) == 2 and len(set(families)) < 2):
        detail = "may specify no more than one CIDR for each IP family"
        errors.append(GoValueError("FieldValueInvalid", "spec.podCIDRs", format_go_strings(blocks), detail))
    again = [index for index, block in enumerate(blocks) if block in blocks[:index]]
    return errors + [duplicate(f"spec.podCIDRs[{index}]", blocks[index]) for index in again]


def _family_of(block: str) -> int | None:
    network = parse_cidr(block)
    return None if network is None else network.version


def _validate_amounts(node: Object) -> list[FieldError]:
    status = node.get("status") or {}
    return [
        error
        for part in ("capacity", "allocatable")
        for name, text in sorted((status.get(part) or {}).items())
        for error in validate_resource_amount(name, text, f"status.{part}.{name}")
    ]


def _validate_taints(taints: list[Object]) -> list[FieldError]:
    """Kubernetes says `metadata.taints`, where taints stood when they were annotations."""
    errors = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        path, key, effect = f"metadata.taints[{index}]", taint.get("key") or "", taint.get("effect") or ""
        errors += check_by(f"{path}.key", key, is_qualified_name)
        value = taint.get("value") or ""
        if messages := is_valid_label_value(value):
            errors.append(invalid(f"{path}.value", value, ";".join(messages)))
        if not effect:
            errors.append(required(f"{path}.effect"))
        elif effect not in TAINT_EFFECTS:
            errors.append(unsupported(f"{path}.effect", effect, TAINT_EFFECTS))
        if (key, effect) in seen:
            shown = show_go("core.Taint", taint)
            errors.append(GoValueError("FieldValueDuplicate", path, shown, "taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return errors


def validate_node_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a node: its address range and its provider's name for it are set once."""
    after, before = new.get("spec") or {}, old.get("spec") or {}
    errors = _validate_amounts(new) + _validate_addresses(new)
    if _blocks_of(before) and _blocks_of(after) != _blocks_of(before):
        errors.append(forbidden("spec.podCIDRs", _SET_ONCE.format("podCIDR")))
    if before.get("providerID") and after.get("providerID") != before["providerID"]:
        errors.append(forbidden("spec.providerID", _SET_ONCE.format("providerID")))
    errors += _validate_taints(after.get("taints") or [])
    if (before.get("externalID") or "") != (after.get("externalID") or ""):
        errors.append(forbidden("spec.externalID", "may not be updated"))
    return errors


def _blocks_of(spec: Object) -> list[str]:
    return spec.get("podCIDRs") or [block for block in [spec.get("podCIDR")] if block]


def _validate_addresses(node: Object) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[tuple[str, str]] = set()
    for index, address in enumerate((node.get("status") or {}).get("addresses") or ()):
        kind, value = address.get("type") or "", address.get("address") or ""
        if (kind, value) in seen:
            shown = show_go("core.NodeAddress", address)
            errors.append(GoValueError("FieldValueDuplicate", f"status.addresses[{index}]", shown, ""))
        seen.add((kind, value))
    return errors
