"""What of a pod's status may be written, and how."""

from __future__ import annotations

from minikube_py.apimachinery.addresses import parse_ip
from minikube_py.apimachinery.errors import FieldError, forbidden, invalid
from minikube_py.apimachinery.names import is_dns1123_subdomain, is_qualified_name, is_valid_ip
from minikube_py.apis.core.pod_annotations import check_annotation_updates, validate_pod_annotations
from minikube_py.apis.field_checks import GoValueError, check_by, check_immutable
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

_OWN_CONDITIONS = ("PodScheduled", "Ready", "Initialized")
_ONE_EACH = "may specify no more than one IP for each IP family"


def validate_pod_status(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a pod's status."""
    errors = check_annotation_updates(new, old)
    errors += validate_pod_annotations(new["metadata"].get("annotations"), new["spec"], "metadata.annotations")
    after, before = new.get("status") or {}, old.get("status") or {}
    for index, condition in enumerate(after.get("conditions") or ()):
        if (kind := condition.get("type", "")) not in _OWN_CONDITIONS:
            errors += check_by(f"metadata.conditions[{index}].Type", kind, is_qualified_name)
    nominated = after.get("nominatedNodeName")
    if nominated and nominated != before.get("nominatedNodeName"):
        errors += check_by("status.nominatedNodeName", nominated, is_dns1123_subdomain)
    errors += check_immutable("status.qosClass", after.get("qosClass") or "", before.get("qosClass") or "")
    for kind in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        errors += _check_transitions(kind, after.get(kind) or [], before.get(kind) or [], old["spec"])
    return errors + _validate_addresses(after, "podIPs", "core.PodIP") + _validate_host_addresses(after)


def _check_transitions(kind: str, new: list[Object], old: list[Object], spec: Object) -> list[FieldError]:
    """Return an error where a container that has ended for good runs again."""
    policy = "Never" if kind.startswith("ephemeral") else spec.get("restartPolicy")
    if policy == "Always":
        return []
    sidecars = {c.get("name") for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"}
    errors = []
    for index, status in enumerate(old):
        ended = (status.get("state") or {}).get("terminated")
        if ended is None or (ended.get("exitCode") and policy == "OnFailure"):
            continue
        if kind == "initContainerStatuses" and status.get("name") in sidecars:
            continue
        same = [s for s in new if s.get("name") == status.get("name") and (s.get("state") or {}).get("terminated") is None]
        why = "may not be transitioned to non-terminated state"
        errors += [forbidden(f"status.{kind}[{index}].state", why) for _ in same]
    return errors


def _validate_host_addresses(status: Object) -> list[FieldError]:
    addresses = status.get("hostIPs") or []
    errors = []
    if addresses and addresses[0].get("ip") != (status.get("hostIP") or ""):
        errors.append(invalid("status.hostIPs[0].ip", addresses[0].get("ip") or "", "must be equal to `hostIP`"))
    return errors + _validate_addresses(status, "hostIPs", "core.HostIP")


def _validate_addresses(status: Object, name: str, kind: str) -> list[FieldError]:
    field, held = f"status.{name}", status.get(name) or []
    texts = [address.get("ip") or "" for address in held]
    errors = [error for index, text in enumerate(texts) for error in check_by(f"{field}[{index}]", text, is_valid_ip)]
    if len(texts) < 2:
        return errors
    families = [ip.version for ip in map(parse_ip, texts) if ip is not None]
    if len(texts) > 2 or len(set(families)) < 2:
        errors.append(GoValueError("FieldValueInvalid", field, show_go(f"[]{kind}", held), _ONE_EACH))
    for index, text in enumerate(texts):
        if text in texts[:index]:
            errors.append(GoValueError("FieldValueDuplicate", f"{field}[{index}]", show_go(kind, held[index]), ""))
    return errors
