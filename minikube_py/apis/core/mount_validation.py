"""Rules for what of a pod's volumes a container mounts, and which it takes as raw devices."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, not_found, required
from minikube_py.apis.core.paths import check_no_backsteps, validate_descending_path
from minikube_py.apis.field_checks import unsupported
from minikube_py.apis.kind import Object

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")


def validate_mounts(container: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    """Return what is wrong with the `volumeMounts` of the container at `path`."""
    errors = []
    devices = {device.get("name", ""): device.get("devicePath", "") for device in container.get("volumeDevices") or ()}
    paths: set[str] = set()
    parent = f"{path}.volumeMounts"
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        field, name, target = f"{parent}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            errors.append(required(f"{field}.name"))
        if name not in volumes:
            errors.append(not_found(f"{field}.name", name))
        if not target:
            errors.append(required(f"{field}.mountPath"))
        if target in paths:
            errors.append(invalid(f"{field}.mountPath", target, "must be unique"))
        paths.add(target)
        if name in devices:
            errors.append(invalid(f"{field}.name", name, "must not already exist in volumeDevices"))
        if target in devices.values():
            errors.append(invalid(f"{field}.mountPath", target, "must not already exist as a path in volumeDevices"))
        errors += _validate_sub_paths(mount, field, parent)
        errors += _validate_propagation(mount, container, f"{parent}.mountPropagation")
        errors += _validate_recursive_read_only(mount, f"{parent}.recursiveReadOnly")
    return errors


def _validate_sub_paths(mount: Object, field: str, parent: str) -> list[FieldError]:
    """Check where in a volume a mount begins. Kubernetes names no index where the path is bad."""
    errors = validate_descending_path(mount["subPath"], f"{parent}.subPath") if mount.get("subPath") else []
    if expression := mount.get("subPathExpr"):
        if mount.get("subPath"):
            errors.append(invalid(f"{field}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive"))
        errors += validate_descending_path(expression, f"{parent}.subPathExpr")
    return errors


def _validate_propagation(mount: Object, container: Object, field: str) -> list[FieldError]:
    mode = mount.get("mountPropagation")
    if mode is None:
        return []
    if mode not in _PROPAGATIONS:
        return [unsupported(field, mode, _PROPAGATIONS)]
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        return [forbidden(field, "Bidirectional mount propagation is available only to privileged containers")]
    return []


def _validate_recursive_read_only(mount: Object, field: str) -> list[FieldError]:
    mode = mount.get("recursiveReadOnly")
    if mode in (None, "Disabled"):
        return []
    if mode not in _RECURSIVE:
        return [unsupported(field, mode, _RECURSIVE)]
    errors = [] if mount.get("readOnly") else [forbidden(field, "may only be specified when readOnly is true")]
    if mount.get("mountPropagation") not in (None, "None"):
        errors.append(forbidden(field, "may only be specified when mountPropagation is None or not specified"))
    return errors


def validate_devices(container: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    """Return what is wrong with the `volumeDevices` of the container at `path`."""
    errors = []
    mounts = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or ()}
    names: set[str] = set()
    paths: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        field, name, target = f"{path}.volumeDevices[{index}]", device.get("name", ""), device.get("devicePath", "")
        errors += _validate_device_volume(name, volumes, names, f"{field}.name")
        if not target:
            errors.append(required(f"{field}.devicePath"))
        if target in paths:
            errors.append(invalid(f"{field}.devicePath", target, "must be unique"))
        if check_no_backsteps(target, field):
            errors.append(invalid(f"{field}.devicePath", target, "can not contain backsteps ('..')"))
        else:
            paths.add(target)
        if name in mounts:
            errors.append(invalid(f"{field}.name", name, "must not already exist in volumeMounts"))
        if target in mounts.values():
            errors.append(invalid(f"{field}.devicePath", target, "must not already exist as a path in volumeMounts"))
        if name:
            names.add(name)
    return errors


def _validate_device_volume(name: str, volumes: dict[str, Object], names: set[str], field: str) -> list[FieldError]:
    errors = [] if name else [required(field)]
    if name in names:
        errors.append(invalid(field, name, "must be unique"))
    if name not in volumes:
        errors.append(not_found(field, name))
    elif not volumes[name].keys() & {"persistentVolumeClaim", "ephemeral"}:
        why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        errors.append(invalid(field, name, why))
    return errors
