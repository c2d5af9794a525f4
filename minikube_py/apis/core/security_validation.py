"""Rules for the security contexts of pods and containers."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apimachinery.names import inclusive_range_error
from minikube_py.apis.field_checks import MAX_INT32, GoValueError, unsupported
from minikube_py.apis.go_literals import show_struct
from minikube_py.apis.kind import Object

_SECCOMP = ("Localhost", "RuntimeDefault", "Unconfined")


def validate_pod_security(spec: Object, field: str, *, is_pod: bool) -> list[FieldError]:
    """Return what is wrong with `spec.securityContext` and the host namespaces of a PodSpec at `field`."""
    context, path = spec.get("securityContext") or {}, f"{field}.securityContext"
    errors = _validate_ids(context, ("fsGroup", "runAsUser", "runAsGroup"), path)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        errors += _validate_id(group, f"{path}.supplementalGroups[{index}]")
    if spec.get("hostNetwork"):
        errors += _check_host_ports(spec, field, is_pod=is_pod)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        errors.append(
            invalid(f"{path}.shareProcessNamespace", True, "ShareProcessNamespace and HostPID cannot both be enabled")
        )
    errors += _validate_sysctls(context.get("sysctls") or [], f"{path}.sysctls")
    if (policy := context.get("fsGroupChangePolicy")) not in (None, "Always", "OnRootMismatch"):
        errors.append(unsupported(f"{path}.fsGroupChangePolicy", policy, ("Always", "OnRootMismatch")))
    if (policy := context.get("supplementalGroupsPolicy")) not in (None, "Merge", "Strict"):
        errors.append(unsupported(f"{path}.supplementalGroupsPolicy", policy, ("Merge", "Strict")))
    return errors + _validate_profiles(context, path)


def _check_host_ports(spec: Object, field: str, *, is_pod: bool) -> list[FieldError]:
    """On the host's network a container's port is the host's; templates may leave the host's out."""
    errors = []
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            for number, port in enumerate(container.get("ports") or ()):
                host = port.get("hostPort", 0)
                if (is_pod or host) and host != port.get("containerPort", 0):
                    path = f"{field}.{kind}[{index}].ports[{number}].hostPort"
                    errors.append(invalid(path, host, "must match `containerPort` when `hostNetwork` is true"))
    return errors


def _validate_ids(context: Object, names: tuple[str, ...], field: str) -> list[FieldError]:
    return [error for name in names if name in context for error in _validate_id(context[name], f"{field}.{name}")]


def _validate_id(value: int, field: str) -> list[FieldError]:
    return [] if 0 <= value <= MAX_INT32 else [invalid(field, value, inclusive_range_error(0, MAX_INT32))]


def _validate_sysctls(sysctls: list[Object], field: str) -> list[FieldError]:
    errors = []
    names: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        path, name = f"{field}[{index}].name", sysctl.get("name", "")
        if not name:
            errors.append(required(path))
        elif name in names:
            errors.append(duplicate(path, name))
        names.add(name)
    return errors


def _validate_profiles(context: Object, field: str) -> list[FieldError]:
    """Check the seccomp and AppArmor profiles, which are made alike."""
    errors = []
    for name in ("seccompProfile", "appArmorProfile"):
        profile = context.get(name)
        if profile is None:
            continue
        path, kind, local = f"{field}.{name}", profile.get("type") or "", profile.get("localhostProfile")
        if kind == "Localhost" and not local:
            why = (
                "must be set when seccomp type is Localhost"
                if name[0] == "s"
                else "must be set when AppArmor type is Localhost"
            )
            errors.append(required(f"{path}.localhostProfile", why))
        elif kind != "Localhost" and local is not None:
            kind_of = "seccomp" if name[0] == "s" else "AppArmor"
            errors.append(invalid(f"{path}.localhostProfile", local, f"can only be set when {kind_of} type is Localhost"))
        if not kind:
            errors.append(required(f"{path}.type", "type is required when seccompProfile is set" if name[0] == "s" else ""))
        elif kind not in _SECCOMP:
            errors.append(unsupported(f"{path}.type", kind, _SECCOMP))
    return errors


def validate_container_security(context: Object | None, field: str) -> list[FieldError]:
    """Return what is wrong with a container's security context."""
    if context is None:
        return []
    errors = _validate_ids(context, ("runAsUser", "runAsGroup"), field)
    if (mount := context.get("procMount")) is not None and mount not in ("Default", "Unmasked"):
        errors.append(unsupported(f"{field}.procMount", mount, ("Default", "Unmasked")))
    errors += _validate_profiles(context, field)
    if context.get("allowPrivilegeEscalation") is False:
        shown = show_struct("core.SecurityContext", context)
        if context.get("privileged"):
            why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
            errors.append(GoValueError("FieldValueInvalid", field, shown, why))
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            why = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
            errors.append(GoValueError("FieldValueInvalid", field, shown, why))
    return errors


def validate_host_users(spec: Object, field: str) -> list[FieldError]:
    """Return what forbids a user namespace: it needs namespaces of its own for all else, too."""
    if spec.get("hostUsers") is not False:
        return []
    why = "when `hostUsers` is false, must not be set"
    names = ("hostNetwork", "hostPID", "hostIPC")
    return [forbidden(f"{field}.{name}", why) for name in names if spec.get(name)]
