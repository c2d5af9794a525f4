"""What the resize subresource of a pod may change: cpu and memory of its containers and sidecars (KEP-1287)."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.gated_pod import put_back
from minikube_py.apis.core.pod_annotations import MIRROR
from minikube_py.apis.core.pod_qos import compute_qos
from minikube_py.apis.core.pod_validation import validate_stored_pod
from minikube_py.apis.kind import Object

_RESIZABLE = ("cpu", "memory")
_ONLY_THOSE = "only cpu and memory resources are mutable"
_RESTART = "RestartContainer"


def take_resources(spec: Object, asked: Object) -> None:
    """Take resources and resizePolicy of containers from the PodSpec `asked` into `spec`, by name, and nothing else."""
    for kind in ("containers", "initContainers"):
        given = {container.get("name"): container for container in asked.get(kind) or ()}
        for container in spec.get(kind) or ():
            for field in ("resources", "resizePolicy") if container["name"] in given else ():
                put_back(container, given[container["name"]], field)


def validate_resize_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a resize of a pod."""
    errors = validate_stored_pod(new)
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [forbidden("[]", "static pods cannot be resized")]
    if (old["spec"].get("os") or {}).get("name") == "windows":
        return [forbidden("[]", "windows pods cannot be resized")]
    after, before = new["spec"], old["spec"]
    if any(len(after.get(kind) or ()) != len(before.get(kind) or ()) for kind in ("containers", "initContainers")):
        return [*errors, forbidden("spec", _ONLY_THOSE)]
    status = old.get("status") or {}
    if (status.get("qosClass") or compute_qos(before)) != compute_qos(after):
        shown = (new.get("status") or {}).get("qosClass") or ""
        errors.append(invalid("spec", shown, "Pod QOS Class may not change as a result of resizing"))
    if not _is_supported(status):
        errors.append(forbidden("spec", "Pod running on node without support for resize"))
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(after.get(kind) or ()):
            if kind == "containers" or before[kind][index].get("restartPolicy") == "Always":
                errors += _check_amounts(container, before[kind][index], f"spec.{kind}[{index}].resources")
    return _check_the_rest(after, before, errors)


def _is_supported(status: Object) -> bool:
    """Return whether the node tells what running containers have, which those that can resize do."""
    for container in status.get("containerStatuses") or ():
        if (container.get("state") or {}).get("running") is not None:
            return container.get("resources") is not None
    return True


def _check_amounts(new: Object, old: Object, field: str) -> list[FieldError]:
    after, before = new.get("resources") or {}, old.get("resources") or {}
    errors = []
    for way in ("requests", "limits"):
        if (before.get(way) or {}).keys() - (after.get(way) or {}).keys():
            errors.append(forbidden(f"{field}.{way}", f"resource {way} cannot be removed"))
    policies = [p.get("restartPolicy") for p in new.get("resizePolicy") or () if p.get("resourceName") == "memory"]
    if policies[:1] == [_RESTART]:
        return errors
    limit, had = (one.get("limits", {}).get("memory") for one in (after, before))
    path = f"{field}.limits[memory]"
    if limit is not None and had is None:
        errors.append(forbidden(path, f"memory limits cannot be added unless resizePolicy is {_RESTART}"))
    elif limit is not None and parse_quantity(limit) < parse_quantity(had):
        errors.append(forbidden(path, f"memory limits cannot be decreased unless resizePolicy is {_RESTART}"))
    return errors


def _check_the_rest(after: Object, before: Object, errors: list[FieldError]) -> list[FieldError]:
    """Add an error for each container of which anything else has changed; where all is well, for the spec around them."""
    munged: Object = deep_copy(after)
    for container, previous in zip(munged.get("containers") or (), before.get("containers") or (), strict=True):
        _put_back(container, previous)
        if container != previous:
            errors.append(forbidden("spec", _ONLY_THOSE))
    for container, previous in zip(munged.get("initContainers") or (), before.get("initContainers") or (), strict=True):
        is_sidecar = container.get("restartPolicy") == "Always"
        if is_sidecar:
            _put_back(container, previous)
        if container != previous:
            sidecar, other = (
                "only cpu and memory resources for sidecar containers are mutable",
                "resources for non-sidecar init containers are immutable",
            )
            errors.append(forbidden("spec", sidecar if is_sidecar else other))
    if not errors and munged != before:
        errors.append(forbidden("spec", _ONLY_THOSE))
    return errors


def _put_back(container: Object, previous: Object) -> None:
    for way in ("limits", "requests"):
        before = (previous.get("resources") or {}).get(way)
        if before is None:
            container.setdefault("resources", {}).pop(way, None)
            continue
        amounts = container.setdefault("resources", {}).get(way) or {}
        kept = {name: amount for name, amount in amounts.items() if name not in _RESIZABLE}
        container["resources"][way] = kept | {name: before[name] for name in _RESIZABLE if name in before}
