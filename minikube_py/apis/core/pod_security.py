"""The Pod Security Standards: what a pod may not ask for at each level.

https://kubernetes.io/docs/concepts/security/pod-security-standards/ ; upstream: k8s.io/pod-security-admission/policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

Object = dict[str, Any]
LEVELS = ("privileged", "baseline", "restricted")
_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID"),
    *("SETPCAP", "SETUID", "SYS_CHROOT"),
)
_SYSCTLS = frozenset(
    (
        *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"),
        *("net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports"),
        *("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
        *("net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"),
    )
)
_VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
_SELINUX_TYPES = ("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")


class Violation(NamedTuple):
    """What a pod may not: the rule's name in messages, and the details."""

    reason: str
    detail: str

    def __str__(self) -> str:
        """Return both."""
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


def list_violations(spec: Object, level: str) -> list[Violation]:
    """Return what a pod's spec asks for that a level does not allow: baseline's rules first, each level's by their ids."""
    if level not in LEVELS[1:]:
        return []
    strict = level == "restricted"
    checks = [check for name, check in _BASELINE if not (strict and name in _REPLACED)] + (_RESTRICTED if strict else [])
    return [violation for check in checks if (violation := check(spec)) is not None]


def _containers(spec: Object) -> Iterator[tuple[str, Object]]:
    """Yield the name and security context of every container."""
    for word in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(word) or ():
            yield container["name"], container.get("securityContext") or {}


def _quote(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _plural(names: Iterable[str], word: str) -> str:
    """Return `word "a"`, or `words "a", "b"`."""
    every = list(names)
    return f"{word}{'s' if len(every) != 1 else ''} {_quote(every)}"


def _pod(spec: Object) -> Object:
    context: Object = spec.get("securityContext") or {}
    return context


def _tell_setters(pod_is_bad: bool, containers: list[str]) -> str:
    parts = (["pod"] if pod_is_bad else []) + ([_plural(containers, "container")] if containers else [])
    return " and ".join(parts)


def _app_armor(spec: Object) -> Violation | None:
    def bad(context: Object) -> str:
        kind = (context.get("appArmorProfile") or {}).get("type") or ""
        return kind if kind not in ("", "RuntimeDefault", "Localhost") else ""

    containers = [name for name, context in _containers(spec) if bad(context)]
    setters = _tell_setters(bool(bad(_pod(spec))), containers)
    if not setters:
        return None
    values = sorted({bad(_pod(spec)), *(bad(context) for _, context in _containers(spec))} - {""})
    return Violation(
        "forbidden AppArmor profile" + ("s" if len(values) > 1 else ""),
        f"{setters} must not set AppArmor profile type to {_quote(values)}",
    )


def _baseline_capabilities(spec: Object) -> Violation | None:
    added = {
        n: [c for c in (s.get("capabilities") or {}).get("add") or () if c not in _CAPABILITIES] for n, s in _containers(spec)
    }
    bad = [name for name, capabilities in added.items() if capabilities]
    if not bad:
        return None
    every = _quote(sorted({c for capabilities in added.values() for c in capabilities}))
    detail = f"{_plural(bad, 'container')} must not include {every} in securityContext.capabilities.add"
    return Violation("non-default capabilities", detail)


def _host_namespaces(spec: Object) -> Violation | None:
    found = [f"{word}=true" for word in ("hostIPC", "hostNetwork", "hostPID") if spec.get(word)]
    return Violation("host namespaces", ", ".join(found)) if found else None


def _host_paths(spec: Object) -> Violation | None:
    found = [volume["name"] for volume in spec.get("volumes") or () if volume.get("hostPath") is not None]
    return Violation("hostPath volumes", _plural(found, "volume")) if found else None


def _host_ports(spec: Object) -> Violation | None:
    used: dict[str, list[int]] = {}
    for word in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(word) or ():
            if ports := [port["hostPort"] for port in container.get("ports") or () if port.get("hostPort")]:
                used[container["name"]] = ports
    if not used:
        return None
    numbers = sorted({str(port) for ports in used.values() for port in ports})
    verb = "uses" if len(used) == 1 else "use"
    return Violation(
        "hostPort", f"{_plural(used, 'container')} {verb} hostPort{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
    )


def _host_process(spec: Object) -> Violation | None:
    def is_bad(context: Object) -> bool:
        return bool((context.get("windowsOptions") or {}).get("hostProcess"))

    setters = _tell_setters(is_bad(_pod(spec)), [name for name, context in _containers(spec) if is_bad(context)])
    return (
        Violation("hostProcess", f"{setters} must not set securityContext.windowsOptions.hostProcess=true") if setters else None
    )


def _privileged(spec: Object) -> Violation | None:
    bad = [name for name, context in _containers(spec) if context.get("privileged")]
    return Violation("privileged", f"{_plural(bad, 'container')} must not set securityContext.privileged=true") if bad else None


def _proc_mount(spec: Object) -> Violation | None:
    bad = {name: kind for name, context in _containers(spec) if (kind := context.get("procMount") or "Default") != "Default"}
    if not bad:
        return None
    values = _quote(sorted(set(bad.values())))
    return Violation("procMount", f"{_plural(bad, 'container')} must not set securityContext.procMount to {values}")


def _se_linux(spec: Object) -> Violation | None:
    def options(context: Object) -> Object:
        found: Object = context.get("seLinuxOptions") or {}
        return found

    def is_bad(given: Object) -> bool:
        return (given.get("type") or "") not in _SELINUX_TYPES or bool(given.get("user") or given.get("role"))

    every = [options(_pod(spec)), *(options(context) for _, context in _containers(spec))]
    bad = [given for given in every if is_bad(given)]
    if not bad:
        return None
    setters = _tell_setters(is_bad(every[0]), [name for name, context in _containers(spec) if is_bad(options(context))])
    types = sorted({given.get("type") or "" for given in bad} - set(_SELINUX_TYPES))
    told = [_plural(types, "type")] if types else []
    told += [f"{word} may not be set" for word in ("user", "role") if any(given.get(word) for given in bad)]
    return Violation("seLinuxOptions", f"{setters} set forbidden securityContext.seLinuxOptions: {'; '.join(told)}")


def _bad_seccomp(context: Object, allowed: tuple[str, ...]) -> str:
    kind = (context.get("seccompProfile") or {}).get("type") or ""
    return kind if kind and kind not in allowed else ""


def _forbidden_seccomp(spec: Object) -> Violation | None:
    allowed = ("RuntimeDefault", "Localhost")
    containers = {name: kind for name, context in _containers(spec) if (kind := _bad_seccomp(context, allowed))}
    pod = _bad_seccomp(_pod(spec), allowed)
    setters = _tell_setters(bool(pod), list(containers))
    values = _quote(sorted({pod, *containers.values()} - {""}))
    return (
        Violation("seccompProfile", f"{setters} must not set securityContext.seccompProfile.type to {values}")
        if setters
        else None
    )


def _sysctls(spec: Object) -> Violation | None:
    bad = [one["name"] for one in _pod(spec).get("sysctls") or () if one["name"] not in _SYSCTLS]
    return Violation("forbidden sysctls", ", ".join(bad)) if bad else None


def _escalation(spec: Object) -> Violation | None:
    bad = [name for name, context in _containers(spec) if context.get("allowPrivilegeEscalation") is not False]
    detail = f"{_plural(bad, 'container')} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", detail) if bad else None


def _restricted_capabilities(spec: Object) -> Violation | None:
    missing, adding, forbidden = [], [], set()
    for name, context in _containers(spec):
        capabilities = context.get("capabilities") or {}
        if "ALL" not in (capabilities.get("drop") or ()):
            missing.append(name)
        if bad := set(capabilities.get("add") or ()) - {"NET_BIND_SERVICE"}:
            adding.append(name)
            forbidden |= bad
    told = [f'{_plural(missing, "container")} must set securityContext.capabilities.drop=["ALL"]'] if missing else []
    if adding:
        every = _quote(sorted(forbidden))
        told.append(f"{_plural(adding, 'container')} must not include {every} in securityContext.capabilities.add")
    return Violation("unrestricted capabilities", "; ".join(told)) if told else None


def _restricted_volumes(spec: Object) -> Violation | None:
    bad = {}
    for volume in spec.get("volumes") or ():
        kinds = [key for key, value in volume.items() if key != "name" and value is not None]
        if not set(kinds) & _VOLUMES:
            bad[volume["name"]] = kinds[0] if kinds else "unknown"
    if not bad:
        return None
    types = sorted(set(bad.values()))
    verb, word = ("uses", "type") if len(bad) == 1 else ("use", "type" if len(types) == 1 else "types")
    return Violation("restricted volume types", f"{_plural(bad, 'volume')} {verb} restricted volume {word} {_quote(types)}")


def _non_root(spec: Object) -> Violation | None:
    pod = _pod(spec).get("runAsNonRoot")
    explicit = [name for name, context in _containers(spec) if context.get("runAsNonRoot") is False]
    if setters := _tell_setters(pod is False, explicit):
        return Violation("runAsNonRoot != true", f"{setters} must not set securityContext.runAsNonRoot=false")
    implicit = [name for name, context in _containers(spec) if context.get("runAsNonRoot") is None and not pod]
    detail = f"pod or {_plural(implicit, 'container')} must set securityContext.runAsNonRoot=true"
    return Violation("runAsNonRoot != true", detail) if implicit else None


def _root_user(spec: Object) -> Violation | None:
    bad = [name for name, context in _containers(spec) if context.get("runAsUser") == 0]
    setters = _tell_setters(_pod(spec).get("runAsUser") == 0, bad)
    return Violation("runAsUser=0", f"{setters} must not set runAsUser=0") if setters else None


def _restricted_seccomp(spec: Object) -> Violation | None:
    if (forbidden := _forbidden_seccomp(spec)) is not None:
        return forbidden
    if (_pod(spec).get("seccompProfile") or {}).get("type"):
        return None
    implicit = [name for name, context in _containers(spec) if context.get("seccompProfile") is None]
    wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Violation("seccompProfile", f"pod or {_plural(implicit, 'container')} {wanted}") if implicit else None


Check = Callable[[Object], Violation | None]
_REPLACED = ("capabilities_baseline", "hostPathVolumes", "seccompProfile_baseline")  # restricted has stricter rules of these
_BASELINE: list[tuple[str, Check]] = [
    ("appArmorProfile", _app_armor),
    ("capabilities_baseline", _baseline_capabilities),
    ("hostNamespaces", _host_namespaces),
    ("hostPathVolumes", _host_paths),
    ("hostPorts", _host_ports),
    ("privileged", _privileged),
    ("procMount", _proc_mount),
    ("seLinuxOptions", _se_linux),
    ("seccompProfile_baseline", _forbidden_seccomp),
    ("sysctls", _sysctls),
    ("windowsHostProcess", _host_process),
]
_RESTRICTED: list[Check] = [
    *(_escalation, _restricted_capabilities, _restricted_volumes, _non_root, _root_user, _restricted_seccomp)
]
