"""What of a pod may change once it exists: https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import inclusive_range_error
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.container_validation import check_image_spaces
from minikube_py.apis.core.gated_pod import put_back, undo_narrowing
from minikube_py.apis.core.pod_annotations import MIRROR, check_annotation_updates, validate_pod_annotations
from minikube_py.apis.core.pod_validation import validate_stored_pod
from minikube_py.apis.core.scheduling_validation import validate_tolerations
from minikube_py.apis.field_checks import MAX_INT32
from minikube_py.apis.go_diff import diff_structs
from minikube_py.apis.kind import Object

_MUTABLE = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def validate_pod_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a pod by an ordinary update."""
    errors = validate_stored_pod(new) + check_annotation_updates(new, old)
    before, after = old["spec"], new["spec"]
    errors += validate_pod_annotations(new["metadata"].get("annotations"), after, "metadata.annotations")
    for field in ("containers", "initContainers"):
        if len(after.get(field) or ()) != len(before.get(field) or ()):
            return [*errors, forbidden(f"spec.{field}", "pod updates may not add or remove containers")]
        for index, container in enumerate(after.get(field) or ()):
            path = f"spec.{field}[{index}]"
            errors += [] if container.get("image") else [required(f"{path}.image")]
            errors += check_image_spaces(container, path)
    problems, last = _check_deadline(after.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds"))
    errors += problems
    if last:
        return errors
    errors += _check_tolerations(after.get("tolerations") or [], before.get("tolerations") or [])
    errors += _check_gates(after.get("schedulingGates") or [], before.get("schedulingGates") or [])
    munged = _undo_allowed_changes(after, before)
    if before.get("schedulingGates"):
        errors += undo_narrowing(munged, before)
    if munged != before:
        detail = f"pod updates may not change fields other than {_MUTABLE}\n{diff_structs('core.PodSpec', before, munged)}"
        errors.append(forbidden("spec", detail))
    return errors


def _check_deadline(new: int | None, old: int | None) -> tuple[list[FieldError], bool]:
    """Return what is wrong with a new deadline, and whether nothing more is looked at then."""
    field = "spec.activeDeadlineSeconds"
    if new is None:
        why = "must not update from a positive integer to nil value"
        return ([] if old is None else [invalid(field, None, why)]), False
    if not 0 <= new <= MAX_INT32:
        return [invalid(field, new, inclusive_range_error(0, MAX_INT32))], True
    if old is not None and old < new:
        return [invalid(field, new, "must be less than or equal to previous value")], True
    return [], False


def _check_tolerations(new: list[Object], old: list[Object]) -> list[FieldError]:
    kept = [_without_seconds(toleration) for toleration in new]
    if all(_without_seconds(toleration) in kept for toleration in old):
        return validate_tolerations(new, "spec.tolerations")
    return [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]


def _without_seconds(toleration: Object) -> Object:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}


def _check_gates(new: list[Object], old: list[Object]) -> list[FieldError]:
    known = {gate.get("name") for gate in old}
    return [
        forbidden(
            f"spec.schedulingGates[{index}].name",
            f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'",
        )
        for index, gate in enumerate(new)
        if gate.get("name") not in known
    ]


def _undo_allowed_changes(after: Object, before: Object) -> Object:
    """Return the new spec with what may change put back, so that any difference left is forbidden."""
    munged: Object = deep_copy(after)
    for field in ("containers", "initContainers"):
        for container, previous in zip(munged.get(field) or (), before.get(field) or (), strict=True):
            container["image"] = previous.get("image", "")
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        put_back(munged, before, field)
    if before.get("terminationGracePeriodSeconds", 0) < 0 and munged.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    return munged


def validate_ephemeral_containers_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change by the ephemeralcontainers subresource: they can only be added."""
    errors = validate_stored_pod(new)
    errors += check_annotation_updates(new, old)
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [forbidden("[]", "static pods do not support ephemeral containers")]
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
