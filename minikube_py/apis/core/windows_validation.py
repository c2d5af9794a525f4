"""Rules for pods of Windows, and for what `spec.os` excludes. No node here runs Windows, but the API knows such pods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, not_supported, required
from minikube_py.apimachinery.names import byte_length, is_dns1123_subdomain
from minikube_py.apis.field_checks import check_by
from minikube_py.apis.kind import Object

_SYSTEMS = ("linux", "windows")
_SPEC_LIMIT_KIB = 64
_DOMAIN_LIMIT = 256
_USER_LIMIT = 104
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NET_BIOS = re.compile(r'[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}')
_DNS_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*")
_BAD_USER = re.compile(r'["/\\:;|=,+*?<>@\[\]]')
_NOT_ON_LINUX = "windows options cannot be set for a linux pod"
_NOT_ON_WINDOWS = "cannot be set for a windows pod"
_POD_FIELDS = (  # of securityContext, or of the spec itself where a dot stands before
    *("appArmorProfile", "seLinuxOptions", ".hostUsers", ".hostPID", ".hostIPC", "seccompProfile", "fsGroup"),
    *("fsGroupChangePolicy", "sysctls", ".shareProcessNamespace", "runAsUser", "runAsGroup", "supplementalGroups"),
    *("supplementalGroupsPolicy", "seLinuxChangePolicy"),
)
_CONTAINER_FIELDS = (
    *("appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged"),
    *("allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup"),
)
_FLAGS = frozenset((".hostPID", ".hostIPC", "sysctls"))  # whose zero value is no value


def visit_containers(spec: Object, field: str) -> Iterator[tuple[Object, str]]:
    """Yield each container of a PodSpec with its path: init containers, containers, ephemeral containers."""
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            yield container, f"{field}.{kind}[{index}]"


def validate_windows_options(options: Object | None, field: str) -> list[FieldError]:
    """Return what is wrong with the windowsOptions of a security context."""
    if options is None:
        return []
    errors = []
    if (name := options.get("gmsaCredentialSpecName")) is not None:
        errors += check_by(f"{field}.gmsaCredentialSpecName", name, is_dns1123_subdomain)
    if (text := options.get("gmsaCredentialSpec")) is not None:
        path = f"{field}.gmsaCredentialSpec"
        if not text:
            errors.append(invalid(path, text, "gmsaCredentialSpec cannot be an empty string"))
        elif byte_length(text) > _SPEC_LIMIT_KIB * 1024:
            errors.append(invalid(path, text, f"gmsaCredentialSpec size must be under {_SPEC_LIMIT_KIB} KiB"))
    if (user := options.get("runAsUserName")) is not None:
        errors += [invalid(f"{field}.runAsUserName", user, why) for why in _judge_user_name(user)]
    return errors


def _judge_user_name(text: str) -> list[str]:
    """Judge `USER` or `DOMAIN\\USER`."""
    if not text:
        return ["runAsUserName cannot be an empty string"]
    if _CONTROL.search(text):
        return ["runAsUserName cannot contain control characters"]
    if text.count("\\") > 1:
        return ["runAsUserName cannot contain more than one backslash"]
    domain, backslash, user = text.rpartition("\\")
    problems = []
    if byte_length(domain) >= _DOMAIN_LIMIT:
        problems.append(f"runAsUserName's Domain length must be under {_DOMAIN_LIMIT} characters")
    if backslash and not (_NET_BIOS.fullmatch(domain) or _DNS.fullmatch(domain)):
        problems.append("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
    if not user:
        problems.append("runAsUserName's User cannot be empty")
    elif byte_length(user) > _USER_LIMIT:
        problems.append(f"runAsUserName's User length must not be longer than {_USER_LIMIT} characters")
    if user and not user.strip(". "):
        problems.append("runAsUserName's User cannot contain only periods or spaces")
    if _BAD_USER.search(user):
        problems.append("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]")
    return problems


def validate_host_process(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the hostProcess flags of a PodSpec: all containers have it, or none."""
    errors = []
    whole = _read_host_process(spec)
    flags = []
    for container, path in visit_containers(spec, field):
        own = _read_host_process(container)
        if whole is not None and own is not None and whole != own:
            why = f"pod hostProcess value must be identical if both are specified, was {str(whole).lower()}"
            errors.append(invalid(f"{path}.securityContext.windowsOptions.hostProcess", own, why))
        flags.append(bool(whole if own is None else own))
    if any(flags):
        if not all(flags):
            why = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
            errors.append(invalid(field, "", why))
        if not spec.get("hostNetwork"):
            why = "hostNetwork must be true if pod contains any hostProcess containers"
            errors.append(invalid(f"{field}.hostNetwork", False, why))
    return errors


def _read_host_process(holder: Object) -> bool | None:
    return ((holder.get("securityContext") or {}).get("windowsOptions") or {}).get("hostProcess")


def validate_os(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with `spec.os`, and with fields that pods of that system cannot have."""
    if (system := spec.get("os")) is None:
        return []
    name = system.get("name") or ""
    if not name:
        return [required(f"{field}.os.name", "cannot be empty")]
    if name not in _SYSTEMS:
        return [not_supported(f"{field}.os", name, _SYSTEMS)]
    return _validate_linux(spec, field) if name == "linux" else _validate_windows(spec, field)


def _validate_linux(spec: Object, field: str) -> list[FieldError]:
    holders = [(spec, field), *visit_containers(spec, field)]
    return [
        forbidden(f"{path}.securityContext.windowsOptions", _NOT_ON_LINUX)
        for holder, path in holders
        if (holder.get("securityContext") or {}).get("windowsOptions") is not None
    ]


def _validate_windows(spec: Object, field: str) -> list[FieldError]:
    context = spec.get("securityContext") or {}
    errors = []
    for name in _POD_FIELDS:
        value = spec.get(name[1:]) if name[0] == "." else context.get(name)
        if value is not None and (value or name not in _FLAGS):
            errors.append(forbidden(f"{field}{name}" if name[0] == "." else f"{field}.securityContext.{name}", _NOT_ON_WINDOWS))
    for container, path in visit_containers(spec, field):
        own = container.get("securityContext") or {}
        held = (name for name in _CONTAINER_FIELDS if own.get(name) is not None)
        errors += [forbidden(f"{path}.securityContext.{name}", _NOT_ON_WINDOWS) for name in held]
    return errors
