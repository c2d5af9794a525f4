"""Rules for the containers of a pod: app, init and ephemeral."""

from __future__ import annotations

from typing import NamedTuple

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, not_found, required
from minikube_py.apimachinery.names import is_dns1123_label, is_valid_port_name, is_valid_port_num
from minikube_py.apis.core.env_validation import validate_env, validate_env_from
from minikube_py.apis.core.probe_validation import validate_lifecycle, validate_probes
from minikube_py.apis.core.resource_validation import validate_container_resources
from minikube_py.apis.core.security_validation import validate_container_security
from minikube_py.apis.field_checks import check_by, check_name, check_one_of, unsupported
from minikube_py.apis.kind import Object

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
_RUNNING_FIELDS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL = (
    *("ports", "resources", "resizePolicy", "restartPolicy", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"),
)
_NO_EPHEMERAL_FIELD = "cannot be set for an Ephemeral Container"


class PodContext(NamedTuple):
    """What the rules of a container must know of its pod: its volumes by name and its grace period."""

    volumes: dict[str, Object]
    grace: int | None
    field: str


def validate_containers(containers: list[Object], pod: PodContext) -> list[FieldError]:
    """Return what is wrong with `spec.containers`."""
    field = f"{pod.field}.containers"
    errors = [] if containers else [required(field)]
    names: set[str] = set()
    for index, container in enumerate(containers):
        path = f"{field}[{index}]"
        errors += _validate_any_container(container, pod, path)
        errors += validate_lifecycle(container.get("lifecycle") or {}, pod.grace, f"{path}.lifecycle")
        errors += validate_probes(container, pod.grace, path)
        if container.get("restartPolicy") is not None:
            errors.append(forbidden(f"{path}.restartPolicy", "may not be set for non-init containers"))
        errors += _check_unique(container, names, path)
    return errors + _check_host_ports(containers, field)


def validate_init_containers(spec: Object, pod: PodContext) -> list[FieldError]:
    """Return what is wrong with `spec.initContainers`. One that restarts always is a sidecar and may have probes."""
    errors = []
    names = {c.get("name", "") for c in spec.get("containers") or ()}
    for index, container in enumerate(spec.get("initContainers") or ()):
        path = f"{pod.field}.initContainers[{index}]"
        errors += _validate_any_container(container, pod, path)
        policy = container.get("restartPolicy")
        if policy not in (None, "Always"):
            errors.append(unsupported(f"{path}.restartPolicy", policy, ("Always",)))
        errors += _check_unique(container, names, path)
        errors += _check_host_ports([container], f"{pod.field}.initContainers")
        if policy == "Always":
            errors += validate_lifecycle(container.get("lifecycle") or {}, pod.grace, f"{path}.lifecycle")
            errors += validate_probes(container, pod.grace, path)
            continue
        why = "may not be set for init containers without restartPolicy=Always"
        errors += [forbidden(f"{path}.{name}", why) for name in _RUNNING_FIELDS if container.get(name) is not None]
    return errors


def validate_ephemeral_containers(spec: Object, pod: PodContext) -> list[FieldError]:
    """Return what is wrong with `spec.ephemeralContainers`."""
    errors = []
    others = {c.get("name", "") for field in ("containers", "initContainers") for c in spec.get(field) or ()}
    names = set(others)
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        path = f"{pod.field}.ephemeralContainers[{index}]"
        errors += _validate_any_container(container, pod, path) + _check_unique(container, names, path)
        target = container.get("targetContainerName")
        if target and target not in others:
            errors.append(not_found(f"{path}.targetContainerName", target))
        errors += [forbidden(f"{path}.{f}", _NO_EPHEMERAL_FIELD) for f in _NOT_EPHEMERAL if _is_set(container, f)]
        errors += [
            forbidden(f"{path}.volumeMounts[{number}].{f}", _NO_EPHEMERAL_FIELD)
            for number, mount in enumerate(container.get("volumeMounts") or ())
            for f in ("subPath", "subPathExpr")
            if mount.get(f)
        ]
    return errors


def _is_set(container: Object, field: str) -> bool:
    """Return whether a field is there; of pointers (probes, lifecycle) an empty object is something."""
    value = container.get(field)
    return bool(value) or (value == {} and field != "resources")


def _check_unique(container: Object, names: set[str], path: str) -> list[FieldError]:
    name = container.get("name", "")
    if name in names:
        return [duplicate(f"{path}.name", name)]
    names.add(name)
    return []


def _validate_any_container(container: Object, pod: PodContext, path: str) -> list[FieldError]:
    errors = check_name(f"{path}.name", container.get("name"), is_dns1123_label)
    if not container.get("image"):
        errors.append(required(f"{path}.image"))
    policy = container.get("terminationMessagePolicy") or ""
    errors += check_one_of(f"{path}.terminationMessagePolicy", policy, ("FallbackToLogsOnError", "File"))
    errors += _validate_ports(container.get("ports") or [], f"{path}.ports")
    errors += validate_env(container.get("env") or [], f"{path}.env")
    errors += validate_env_from(container.get("envFrom") or [], f"{path}.envFrom")
    errors += _validate_mounts(container, pod.volumes, path)
    errors += _validate_devices(container.get("volumeDevices") or [], pod.volumes, f"{path}.volumeDevices")
    errors += check_one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy") or "", PULL_POLICIES)
    errors += validate_container_resources(container.get("resources") or {}, f"{path}.resources")
    errors += _validate_resize_policy(container.get("resizePolicy") or [], f"{path}.resizePolicy")
    return errors + validate_container_security(container.get("securityContext"), f"{path}.securityContext")


def _validate_ports(ports: list[Object], field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        path = f"{field}[{index}]"
        if name := port.get("name"):
            messages = is_valid_port_name(name)
            errors += [invalid(f"{path}.name", name, message) for message in messages]
            if not messages and name in names:
                errors.append(duplicate(f"{path}.name", name))
            names.add(name)
        if not port.get("containerPort"):
            errors.append(required(f"{path}.containerPort"))
        else:
            errors += check_by(f"{path}.containerPort", port["containerPort"], is_valid_port_num)
        if port.get("hostPort"):
            errors += check_by(f"{path}.hostPort", port["hostPort"], is_valid_port_num)
        errors += check_one_of(f"{path}.protocol", port.get("protocol") or "", PROTOCOLS)
    return errors


def _check_host_ports(containers: list[Object], field: str) -> list[FieldError]:
    errors = []
    taken: set[str] = set()
    for index, container in enumerate(containers):
        for number, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            key = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if key in taken:
                errors.append(duplicate(f"{field}[{index}].ports[{number}].hostPort", key))
            taken.add(key)
    return errors


def _validate_mounts(container: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    errors = []
    devices = container.get("volumeDevices") or ()
    paths: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        field, name, target = f"{path}.volumeMounts[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            errors.append(required(f"{field}.name"))
        if name not in volumes:
            errors.append(not_found(f"{field}.name", name))
        if not target:
            errors.append(required(f"{field}.mountPath"))
        if target in paths:
            errors.append(invalid(f"{field}.mountPath", target, "must be unique"))
        paths.add(target)
        if any(device.get("name") == name for device in devices):
            errors.append(invalid(f"{field}.name", name, "must not already exist in volumeDevices"))
        if any(device.get("devicePath") == target for device in devices):
            errors.append(invalid(f"{field}.mountPath", target, "must not already exist as a path in volumeDevices"))
        errors += _validate_sub_paths(mount, field)
        errors += _validate_propagation(mount, container, field)
    return errors


def _validate_sub_paths(mount: Object, field: str) -> list[FieldError]:
    from minikube_py.apis.core.volume_validation import validate_descending_path

    errors = validate_descending_path(mount["subPath"], f"{field}.subPath") if mount.get("subPath") else []
    if expression := mount.get("subPathExpr"):
        if mount.get("subPath"):
            errors.append(invalid(f"{field}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive"))
        errors += validate_descending_path(expression, f"{field}.subPathExpr")
    return errors


def _validate_propagation(mount: Object, container: Object, field: str) -> list[FieldError]:
    mode = mount.get("mountPropagation")
    if mode is None:
        return []
    if mode not in ("Bidirectional", "HostToContainer", "None"):
        return [unsupported(f"{field}.mountPropagation", mode, ("Bidirectional", "HostToContainer", "None"))]
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        return [
            forbidden(f"{field}.mountPropagation", "Bidirectional mount propagation is available only to privileged containers")
        ]
    return []


def _validate_devices(devices: list[Object], volumes: dict[str, Object], field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for index, device in enumerate(devices):
        path, name = f"{field}[{index}]", device.get("name", "")
        if not name:
            errors.append(required(f"{path}.name"))
        if name in names:
            errors.append(invalid(f"{path}.name", name, "must be unique"))
        names.add(name)
        if name in volumes and not any(kind in volumes[name] for kind in ("persistentVolumeClaim", "ephemeral")):
            why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            errors.append(invalid(f"{path}.name", name, why))
        if name not in volumes:
            errors.append(not_found(f"{path}.name", name))
        if not device.get("devicePath"):
            errors.append(required(f"{path}.devicePath"))
    return errors


def _validate_resize_policy(policies: list[Object], field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for policy in policies:
        name = policy.get("resourceName", "")
        if name in names:
            errors.append(duplicate(field, name))
        names.add(name)
        if name not in ("cpu", "memory"):
            errors.append(unsupported(field, name, ("cpu", "memory")))
        if policy.get("restartPolicy") not in ("NotRequired", "RestartContainer"):
            errors.append(unsupported(field, policy.get("restartPolicy", ""), ("NotRequired", "RestartContainer")))
    return errors
