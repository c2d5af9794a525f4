"""What of a pod may change once it exists: https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import inclusive_range_error
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.pod_validation import validate_stored_pod
from minikube_py.apis.field_checks import MAX_INT32
from minikube_py.apis.go_diff import diff_structs
from minikube_py.apis.kind import Object

_MUTABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
_RESIZABLE = ("cpu", "memory")
MIRROR_ANNOTATION = "kubernetes.io/config.mirror"


def validate_pod_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a pod by an ordinary update."""
    errors = validate_stored_pod(new)
    before, after = old["spec"], new["spec"]
    counts = [forbidden(f"spec.{f}", "pod updates may not add or remove containers") for f in _list_resized(after, before)]
    if counts:
        return errors + counts
    for field in ("containers", "initContainers"):
        for index, container in enumerate(after.get(field) or ()):
            if not container.get("image", "").strip() and required(f"spec.{field}[{index}].image") not in errors:
                errors.append(required(f"spec.{field}[{index}].image"))
    if problems := _check_deadline(after.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")):
        return errors + problems
    errors += _check_tolerations(after.get("tolerations") or [], before.get("tolerations") or [])
    errors += _check_gates(after.get("schedulingGates") or [], before.get("schedulingGates") or [])
    munged = _undo_allowed_changes(after, before)
    if munged != before:
        detail = f"pod updates may not change fields other than {_MUTABLE}\n{diff_structs('core.PodSpec', before, munged)}"
        errors.append(forbidden("spec", detail))
    return errors


def _list_resized(after: Object, before: Object) -> list[str]:
    return [f for f in ("containers", "initContainers") if len(after.get(f) or ()) != len(before.get(f) or ())]


def _check_deadline(new: int | None, old: int | None) -> list[FieldError]:
    field = "spec.activeDeadlineSeconds"
    if new is None:
        return [] if old is None else [invalid(field, None, "must not update from a positive integer to nil value")]
    if not 0 <= new <= MAX_INT32:
        return [invalid(field, new, inclusive_range_error(0, MAX_INT32))]
    if old is not None and old < new:
        return [invalid(field, new, "must be less than or equal to previous value")]
    return []


def _check_tolerations(new: list[Object], old: list[Object]) -> list[FieldError]:
    kept = [_without_seconds(toleration) for toleration in new]
    if all(_without_seconds(toleration) in kept for toleration in old):
        return []
    return [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]


def _without_seconds(toleration: Object) -> Object:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}


def _check_gates(new: list[Object], old: list[Object]) -> list[FieldError]:
    return [
        forbidden(
            f"spec.schedulingGates[{index}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate['name']}'",
        )
        for index, gate in enumerate(new)
        if gate not in old
    ]


def _undo_allowed_changes(after: Object, before: Object) -> Object:
    """Return the new spec with what may change put back, so that any difference left is forbidden."""
    munged: Object = deep_copy(after)
    for field in ("containers", "initContainers"):
        for container, previous in zip(munged.get(field) or (), before.get(field) or (), strict=True):
            container["image"] = previous.get("image", "")
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        _put_back(munged, before, field)
    if before.get("terminationGracePeriodSeconds", 0) < 0 and munged.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    if before.get("schedulingGates"):
        _undo_narrowing(munged, before)
    return munged


def _put_back(munged: Object, before: Object, field: str) -> None:
    if field in before:
        munged[field] = before[field]
    else:
        munged.pop(field, None)


def _undo_narrowing(munged: Object, before: Object) -> None:
    """While gates hold it back, a pod's choice of nodes may become narrower (KEP-3838)."""
    selector, previous = munged.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    if all(selector.get(key) == value for key, value in previous.items()):
        _put_back(munged, before, "nodeSelector")
    if not (before.get("affinity") or {}).get("nodeAffinity") and (munged.get("affinity") or {}).get("nodeAffinity"):
        munged["affinity"].pop("nodeAffinity")
        if not munged["affinity"]:
            _put_back(munged, before, "affinity")


def validate_ephemeral_containers_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change by the ephemeralcontainers subresource: they can only be added."""
    errors = validate_stored_pod(new)
    if MIRROR_ANNOTATION in (old["metadata"].get("annotations") or {}):
        return [forbidden("", "static pods do not support ephemeral containers")]
    after = {c.get("name"): c for c in new["spec"].get("ephemeralContainers") or ()}
    for container in old["spec"].get("ephemeralContainers") or ():
        name = container["name"]
        if name not in after:
            errors.append(forbidden("spec.ephemeralContainers", f'existing ephemeral containers "{name}" may not be removed\n'))
        elif after[name] != container:
            difference = diff_structs("core.EphemeralContainer", container, after[name])
            detail = f'existing ephemeral containers "{name}" may not be changed\n{difference}'
            errors.append(forbidden("spec.ephemeralContainers", detail))
    return errors


def validate_resize_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change by the resize subresource: only cpu and memory of containers may change (KEP-1287)."""
    errors = validate_stored_pod(new)
    qos = (old.get("status") or {}).get("qosClass")
    from minikube_py.apis.core.pod_qos import compute_qos

    if qos and compute_qos(new["spec"]) != qos:
        errors.append(invalid("spec", compute_qos(new["spec"]), "Pod QOS Class may not change as a result of resizing"))
    if _list_resized(new["spec"], old["spec"]):
        return [*errors, forbidden("spec.containers", "containers may not be added or removed on resize")]
    munged: Object = deep_copy(new["spec"])
    for container, previous in zip(munged.get("containers") or (), old["spec"].get("containers") or (), strict=True):
        for way in ("limits", "requests"):
            _put_back_amounts(container, previous, way)
    if munged != old["spec"]:
        difference = diff_structs("core.PodSpec", old["spec"], munged)
        errors.append(forbidden("spec", f"only cpu and memory resources are mutable\n{difference}"))
    return errors


def _put_back_amounts(container: Object, previous: Object, way: str) -> None:
    before = (previous.get("resources") or {}).get(way) or {}
    amounts = {k: v for k, v in (container.setdefault("resources", {}).get(way) or {}).items() if k not in _RESIZABLE}
    amounts |= {name: before[name] for name in _RESIZABLE if name in before}
    if amounts or way in (previous.get("resources") or {}):
        container["resources"][way] = amounts
    else:
        container["resources"].pop(way, None)
