"""Rules for the containers of a pod: app, init and ephemeral."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, not_found, required
from minikube_py.apimachinery.names import is_dns1123_label, is_valid_port_name, is_valid_port_num
from minikube_py.apis.core.env_validation import validate_env, validate_env_from
from minikube_py.apis.core.mount_validation import validate_devices, validate_mounts
from minikube_py.apis.core.probe_validation import validate_lifecycle, validate_probes
from minikube_py.apis.core.resource_validation import validate_claim_names, validate_container_resources
from minikube_py.apis.core.security_validation import validate_container_security
from minikube_py.apis.field_checks import GoValueError, check_by, check_name, check_one_of, unsupported, unsupported_go
from minikube_py.apis.kind import Object

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
_RESIZABLE = ("cpu", "memory")
_RESIZE_POLICIES = ("NotRequired", "RestartContainer")
_RUNNING_FIELDS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL = (
    *("ports", "resources", "resizePolicy", "restartPolicy", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"),
)
_NO_EPHEMERAL_FIELD = "cannot be set for an Ephemeral Container"


class PodContext(NamedTuple):
    """What the rules of a container must know of its pod. `volumes` are those by name that are sound."""

    spec: Object
    field: str
    volumes: dict[str, Object]

    @property
    def grace(self) -> int | None:
        """The pod's terminationGracePeriodSeconds."""
        return self.spec.get("terminationGracePeriodSeconds")

    @property
    def claim_names(self) -> set[str]:
        """The names of the pod's resource claims."""
        return {name for claim in self.spec.get("resourceClaims") or () if (name := claim.get("name"))}


def validate_containers(containers: list[Object], pod: PodContext) -> list[FieldError]:
    """Return what is wrong with `spec.containers`."""
    field = f"{pod.field}.containers"
    if not containers:
        return [required(field)]
    errors = []
    names: set[str] = set()
    for index, container in enumerate(containers):
        path = f"{field}[{index}]"
        errors += _validate_any_container(container, pod, path)
        errors += _check_unique(container, names, path)
        errors += validate_lifecycle(container.get("lifecycle") or {}, pod.grace, f"{path}.lifecycle")
        errors += validate_probes(container, pod.grace, path)
        if container.get("restartPolicy") is not None:
            errors.append(forbidden(f"{path}.restartPolicy", "may not be set for non-init containers"))
    return errors + _check_host_ports(containers, field)


def validate_init_containers(pod: PodContext) -> list[FieldError]:
    """Return what is wrong with `spec.initContainers`. One that restarts always is a sidecar and may have probes."""
    errors = []
    field = f"{pod.field}.initContainers"
    names = {c.get("name", "") for c in pod.spec.get("containers") or ()}
    for index, container in enumerate(pod.spec.get("initContainers") or ()):
        path = f"{field}[{index}]"
        errors += _validate_any_container(container, pod, path)
        policy = container.get("restartPolicy")
        if policy not in (None, "Always"):
            errors.append(unsupported(f"{path}.restartPolicy", policy, ("Always",)))
        errors += _check_unique(container, names, path)
        errors += _check_host_ports([container], field)
        if policy == "Always":
            errors += validate_lifecycle(container.get("lifecycle") or {}, pod.grace, f"{path}.lifecycle")
            errors += validate_probes(container, pod.grace, path)
            continue
        why = "may not be set for init containers without restartPolicy=Always"
        errors += [forbidden(f"{path}.{name}", why) for name in _RUNNING_FIELDS if container.get(name) is not None]
    return errors


def validate_ephemeral_containers(pod: PodContext) -> list[FieldError]:
    """Return what is wrong with `spec.ephemeralContainers`."""
    errors = []
    others = {c.get("name", "") for field in ("containers", "initContainers") for c in pod.spec.get(field) or ()}
    names = set(others)
    for index, container in enumerate(pod.spec.get("ephemeralContainers") or ()):
        path = f"{pod.field}.ephemeralContainers[{index}]"
        errors += _validate_any_container(container, pod, path)
        errors += check_image_spaces(container, path) + _check_unique(container, names, path)
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


def check_image_spaces(container: Object, path: str) -> list[FieldError]:
    """Return an error for an image with blanks around it, which only templates may have."""
    image = container.get("image", "")
    why = "must not have leading or trailing whitespace"
    return [] if image == image.strip() else [invalid(f"{path}.image", image, why)]


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
    errors += check_one_of(f"{path}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError"))
    errors += _validate_ports(container.get("ports") or [], f"{path}.ports")
    errors += validate_env(container.get("env") or [], f"{path}.env")
    errors += validate_env_from(container.get("envFrom") or [], f"{path}.envFrom")
    errors += validate_mounts(container, pod.volumes, path)
    errors += validate_devices(container, pod.volumes, path)
    errors += check_one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy") or "", PULL_POLICIES)
    resources = container.get("resources") or {}
    errors += validate_container_resources(resources, f"{path}.resources")
    errors += validate_claim_names(resources.get("claims") or [], pod.claim_names, f"{path}.resources.claims")
    errors += _validate_resize_policy(container.get("resizePolicy") or (), f"{path}.resizePolicy", pod.spec)
    host_users = pod.spec.get("hostUsers") is not False
    return errors + validate_container_security(container.get("securityContext"), f"{path}.securityContext", host_users)


def _validate_ports(ports: list[Object], field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        path = f"{field}[{index}]"
        if name := port.get("name"):
            messages = is_valid_port_name(name)
            errors += [invalid(f"{path}.name", name, message) for message in messages]
            if not messages:
                errors += [duplicate(f"{path}.name", name)] if name in names else []
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


def _validate_resize_policy(policies: Iterable[Object], field: str, spec: Object) -> list[FieldError]:
    """Check what a change of resources does. The names of resources are shown without quotes."""
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, policy in enumerate(policies):
        name, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in names:
            errors.append(GoValueError("FieldValueDuplicate", f"{field}[{index}]", name, ""))
        names.add(name)
        if name not in _RESIZABLE:
            errors.append(unsupported_go(field, name, _RESIZABLE) if name else required(field))
        errors += check_one_of(field, restart, _RESIZE_POLICIES)
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            errors.append(invalid(field, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    return errors
