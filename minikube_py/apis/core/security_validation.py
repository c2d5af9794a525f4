"""Rules for the security contexts of pods and containers."""

from __future__ import annotations

import re

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required, too_long
from minikube_py.apimachinery.names import inclusive_range_error
from minikube_py.apis.core.paths import validate_descending_path
from minikube_py.apis.core.windows_validation import validate_windows_options
from minikube_py.apis.field_checks import MAX_INT32, GoValueError, check_one_of, unsupported
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
MAX_PROFILE_LENGTH = 4095
_MAX_SYSCTL = 253
_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"^({_SEGMENT}[\./])*{_SEGMENT}$"
_NET_SYSCTLS = ("net.",)
_IPC_SYSCTLS = ("kernel.shm", "kernel.msg", "fs.mqueue.")


def check_host_network_ports(spec: Object, field: str, *, is_pod: bool) -> list[FieldError]:
    """On the host's network a container's port is the host's; templates may leave the host's out."""
    errors: list[FieldError] = []
    if not spec.get("hostNetwork"):
        return errors
    for index, container in enumerate(spec.get("containers") or ()):
        for number, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort", 0)
            if (is_pod or host) and host != port.get("containerPort", 0):
                path = f"{field}.containers[{index}].ports[{number}].hostPort"
                errors.append(invalid(path, host, "must match `containerPort` when `hostNetwork` is true"))
    return errors


def validate_pod_security(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with `spec.securityContext` of the PodSpec at `field`."""
    context, path = spec.get("securityContext") or {}, f"{field}.securityContext"
    errors = _validate_ids(context, ("fsGroup", "runAsUser", "runAsGroup"), path)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        errors += _validate_id(group, f"{path}.supplementalGroups[{index}]")
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(invalid(f"{path}.shareProcessNamespace", True, why))
    errors += _validate_sysctls(context.get("sysctls") or [], spec, f"{path}.sysctls")
    errors += _check_policy(context, "fsGroupChangePolicy", ("Always", "OnRootMismatch"), path)
    errors += _validate_seccomp(context.get("seccompProfile"), f"{path}.seccompProfile")
    errors += validate_windows_options(context.get("windowsOptions"), f"{path}.windowsOptions")
    errors += _validate_app_armor(context.get("appArmorProfile"), f"{path}.appArmorProfile")
    errors += _check_policy(context, "supplementalGroupsPolicy", ("Merge", "Strict"), path)
    return errors + _check_policy(context, "seLinuxChangePolicy", ("MountOption", "Recursive"), path)


def _check_policy(context: Object, name: str, known: tuple[str, ...], field: str) -> list[FieldError]:
    policy = context.get(name)
    return [] if policy is None or policy in known else [unsupported(f"{field}.{name}", policy, known)]


def _validate_ids(context: Object, names: tuple[str, ...], field: str) -> list[FieldError]:
    held = ((name, context.get(name)) for name in names)
    return [error for name, value in held if value is not None for error in _validate_id(value, f"{field}.{name}")]


def _validate_id(value: int, field: str) -> list[FieldError]:
    return [] if 0 <= value <= MAX_INT32 else [invalid(field, value, inclusive_range_error(0, MAX_INT32))]


def _validate_sysctls(sysctls: list[Object], spec: Object, field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        path, name = f"{field}[{index}].name", sysctl.get("name", "")
        if not name:
            errors.append(required(path))
        elif len(name.encode()) > _MAX_SYSCTL or not re.search(_SYSCTL, name):
            errors.append(invalid(path, name, f"must have at most {_MAX_SYSCTL} characters and match regex {_SYSCTL}"))
        elif name in names:
            errors.append(duplicate(path, name))
        errors += _check_host_sysctl(name, spec, path)
        names.add(name)
    return errors


def _check_host_sysctl(name: str, spec: Object, field: str) -> list[FieldError]:
    """Return an error for a parameter of a namespace that the pod shares with its node."""
    dotted = name.replace("/", ".")
    if spec.get("hostNetwork") and dotted.startswith(_NET_SYSCTLS):
        return [invalid(field, name, "may not be specified when 'hostNetwork' is true")]
    if spec.get("hostIPC") and (dotted == "kernel.sem" or dotted.startswith(_IPC_SYSCTLS)):
        return [invalid(field, name, "may not be specified when 'hostIPC' is true")]
    return []


def _validate_seccomp(profile: Object | None, field: str) -> list[FieldError]:
    if profile is None:
        return []
    kind, local, path = profile.get("type") or "", profile.get("localhostProfile"), f"{field}.localhostProfile"
    if not kind:
        errors = [required(f"{field}.type", "type is required when seccompProfile is set")]
    else:
        errors = check_one_of(f"{field}.type", kind, PROFILES)
    if kind != "Localhost":
        if local is not None:
            shown = show_go("core.SeccompProfile", profile)
            errors.append(GoValueError("FieldValueInvalid", path, shown, "can only be set when seccomp type is Localhost"))
    elif local is None:
        errors.append(required(path, "must be set when seccomp type is Localhost"))
    else:
        errors += validate_descending_path(local, path)
    return errors


def _validate_app_armor(profile: Object | None, field: str) -> list[FieldError]:
    if profile is None:
        return []
    kind, local, path = profile.get("type") or "", profile.get("localhostProfile"), f"{field}.localhostProfile"
    if not kind:
        return [required(f"{field}.type", "type is required when appArmorProfile is set")]
    if kind != "Localhost":
        if kind in PROFILES and local is not None:
            return [invalid(path, local, "can only be set when AppArmor type is Localhost")]
        return check_one_of(f"{field}.type", kind, PROFILES)
    errors = []
    if local is None or not local:
        errors.append(required(path, "must be set when AppArmor type is Localhost"))
    elif local != local.strip():
        errors.append(invalid(path, local, "must not be padded with whitespace"))
    if len((local or "").encode()) > MAX_PROFILE_LENGTH:
        errors.append(too_long(path, MAX_PROFILE_LENGTH))
    return errors


def validate_container_security(context: Object | None, field: str, host_users: bool = True) -> list[FieldError]:
    """Return what is wrong with a container's security context; `host_users` says that its pod has no user namespace."""
    if context is None:
        return []
    errors = _validate_ids(context, ("runAsUser", "runAsGroup"), field)
    if (mount := context.get("procMount")) is not None:
        if mount not in ("Default", "Unmasked"):
            errors.append(unsupported(f"{field}.procMount", mount, ("Default", "Unmasked")))
        elif host_users and mount == "Unmasked":
            errors.append(invalid(f"{field}.procMount", mount, "`hostUsers` must be false to use `Unmasked`"))
    errors += _validate_seccomp(context.get("seccompProfile"), f"{field}.seccompProfile")
    if context.get("allowPrivilegeEscalation") is False:
        errors += _check_escalation(context, field)
    errors += validate_windows_options(context.get("windowsOptions"), f"{field}.windowsOptions")
    return errors + _validate_app_armor(context.get("appArmorProfile"), f"{field}.appArmorProfile")


def _check_escalation(context: Object, field: str) -> list[FieldError]:
    refused = ["`privileged` to true"] if context.get("privileged") else []
    added = (context.get("capabilities") or {}).get("add") or ()
    refused += ["`capabilities.Add` CAP_SYS_ADMIN" for name in added if name == "CAP_SYS_ADMIN"]
    shown = show_go("core.SecurityContext", context)
    prefix = "cannot set `allowPrivilegeEscalation` to false and "
    return [GoValueError("FieldValueInvalid", field, shown, prefix + what) for what in refused]


def validate_host_users(spec: Object, field: str) -> list[FieldError]:
    """Return what forbids a user namespace: it needs namespaces of its own for all else, too."""
    if spec.get("hostUsers") is not False:
        return []
    names = (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC"))
    return [forbidden(f"{field}.{shown}", "when `pod.Spec.HostUsers` is false") for name, shown in names if spec.get(name)]
