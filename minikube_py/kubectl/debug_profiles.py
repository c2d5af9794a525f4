"""What each --profile of `debug` adds to a debugging container and its pod: https://kubernetes.io/docs/reference/kubectl/generated/kubectl_debug/

A profile changes the pod it is given. `style` says how one debugs: by an ephemeral container, by a copy of the pod, or on a node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Object = dict[str, Any]

EPHEMERAL, COPY, NODE = "ephemeral", "copy", "node"
HOST_ROOT = "host-root"
LISTS = ("initContainers", "containers", "ephemeralContainers")


class Keep(NamedTuple):
    """What a copy of a pod keeps."""

    labels: bool = False
    annotations: bool = False
    liveness: bool = False
    readiness: bool = False
    startup: bool = False
    init_containers: bool = True


class Case(NamedTuple):
    """A pod to change, and its debugging container."""

    pod: Object
    container: str
    style: str
    keep: Keep


def apply_legacy(case: Case) -> None:
    """As kubectl 1.23 did: a node's pod sees the whole host, a copy loses its labels."""
    if case.style == NODE:
        mount_host_root(case)
        use_host_namespaces(case)
    elif case.style == COPY:
        case.pod["metadata"].pop("labels", None)


def apply_general(case: Case) -> None:
    """Defaults that suit each way of debugging."""
    if case.style == NODE:
        mount_host_root(case)
        clear_security_context(case)
        use_host_namespaces(case)
        return
    strip_copy(case)
    add_capabilities(case, "SYS_PTRACE")
    share_processes(case)


def apply_baseline(case: Case) -> None:
    """As general, without what the Baseline security standard forbids."""
    clear_security_context(case)
    strip_copy(case)
    share_processes(case)


def apply_restricted(case: Case) -> None:
    """As baseline, with what the Restricted security standard demands."""
    apply_baseline(case)
    context = get_security_context(case)
    context |= {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}, "allowPrivilegeEscalation": False}
    context["seccompProfile"] = {"type": "RuntimeDefault"}


def apply_netadmin(case: Case) -> None:
    """With rights over the network."""
    add_capabilities(case, "NET_ADMIN", "NET_RAW")
    if case.style == NODE:
        use_host_namespaces(case)
    strip_copy(case)
    share_processes(case)


def apply_sysadmin(case: Case) -> None:
    """With every right."""
    get_security_context(case)["privileged"] = True
    if case.style == NODE:
        use_host_namespaces(case)
        mount_host_root(case)
    strip_copy(case)
    share_processes(case)


PROFILES: dict[str, Callable[[Case], None]] = {
    "legacy": apply_legacy,
    "general": apply_general,
    "baseline": apply_baseline,
    "netadmin": apply_netadmin,
    "restricted": apply_restricted,
    "sysadmin": apply_sysadmin,
}


def find_container(case: Case) -> Object:
    """Return the debugging container: the first of that name."""
    spec = case.pod["spec"]
    found: Object = next(c for key in LISTS for c in spec.get(key) or () if c["name"] == case.container)
    return found


def get_security_context(case: Case) -> Object:
    """Return the container's security context, made if there is none."""
    context: Object = find_container(case).setdefault("securityContext", {})
    return context


def clear_security_context(case: Case) -> None:
    """Take the container's security context away."""
    find_container(case).pop("securityContext", None)


def add_capabilities(case: Case, *names: str) -> None:
    """Give the container capabilities."""
    capabilities = get_security_context(case).setdefault("capabilities", {})
    capabilities["add"] = [*(capabilities.get("add") or ()), *names]


def mount_host_root(case: Case) -> None:
    """Show the node's file system at /host."""
    case.pod["spec"].setdefault("volumes", []).append({"name": HOST_ROOT, "hostPath": {"path": "/"}})
    find_container(case).setdefault("volumeMounts", []).append({"mountPath": "/host", "name": HOST_ROOT})


def use_host_namespaces(case: Case) -> None:
    """Run in the node's network, processes and IPC."""
    case.pod["spec"] |= {"hostNetwork": True, "hostPID": True, "hostIPC": True}


def share_processes(case: Case) -> None:
    """Let the containers of a copy see each other's processes, unless it was said whether they do."""
    if case.style == COPY and case.pod["spec"].get("shareProcessNamespace") is None:
        case.pod["spec"]["shareProcessNamespace"] = True


def strip_copy(case: Case) -> None:
    """Take from a copy what is not to be kept."""
    if case.style != COPY:
        return
    metadata, spec, keep = case.pod["metadata"], case.pod["spec"], case.keep
    if not keep.labels:
        metadata.pop("labels", None)
    if not keep.annotations:
        metadata.pop("annotations", None)
    probes = {"livenessProbe": keep.liveness, "readinessProbe": keep.readiness, "startupProbe": keep.startup}
    for container in spec["containers"]:
        for probe in (name for name, kept in probes.items() if not kept):
            container.pop(probe, None)
    if not keep.init_containers:
        spec.pop("initContainers", None)
