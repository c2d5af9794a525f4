"""Node: https://kubernetes.io/docs/concepts/architecture/nodes/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

ROLE_PREFIX = "node-role.kubernetes.io/"
ROLE_LABEL = "kubernetes.io/role"


def tell_status(node: Object, now: float) -> str:
    """Return the STATUS cell: whether it is ready, and whether pods may be scheduled to it."""
    conditions = (node.get("status") or {}).get("conditions") or ()
    ready = next((c for c in reversed(conditions) if c.get("type") == "Ready"), None)
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if (node.get("spec") or {}).get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def find_roles(node: Object) -> list[str]:
    """Return the node's roles, sorted, as its labels say them."""
    labels = node["metadata"].get("labels") or {}
    roles = {key.removeprefix(ROLE_PREFIX) for key in labels if key.startswith(ROLE_PREFIX)}
    return sorted(role for role in roles | {labels.get(ROLE_LABEL, "")} if role)


def find_address(node: Object, kind: str) -> str:
    """Return the first address of a type such as InternalIP, or `<none>`."""
    addresses = (node.get("status") or {}).get("addresses") or ()
    return next((a.get("address", "") for a in addresses if a.get("type") == kind), "<none>")


def _tell_info(node: Object, field: str, missing: str = "<unknown>") -> str:
    return ((node.get("status") or {}).get("nodeInfo") or {}).get(field) or missing


def set_defaults(node: Object) -> None:
    """Let pods have all that the node has, unless it says otherwise; let podCIDR and podCIDRs agree."""
    spec = node.setdefault("spec", {})
    block, blocks = spec.get("podCIDR"), spec.get("podCIDRs")
    if block and (not blocks or blocks[0] != block):
        spec["podCIDRs"] = [block]
    elif blocks:
        spec["podCIDR"] = blocks[0]
    status = node.setdefault("status", {})
    if not status.get("allocatable") and status.get("capacity"):
        status["allocatable"] = dict(status["capacity"])


def prepare_for_create(node: Object) -> None:
    """Write what a node's status always shows."""
    fill_status(node["status"])


def fill_status(status: Object) -> None:
    """Add the parts of a node's status that are always written."""
    status.setdefault("daemonEndpoints", {}).setdefault("kubeletEndpoint", {"Port": 0})
    info = status.setdefault("nodeInfo", {})
    for field in _INFO:
        info.setdefault(field, "")


_INFO = (
    *("architecture", "bootID", "containerRuntimeVersion", "kernelVersion", "kubeProxyVersion", "kubeletVersion", "machineID"),
    *("operatingSystem", "osImage", "systemUUID"),
)


def _prepare_for_status_update(new: Object, old: Object) -> None:
    set_defaults(new)
    fill_status(new["status"])


def _validate(node: Object) -> list[FieldError]:
    from minikube_py.apis.core.node_validation import validate_node

    return validate_node(node)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.node_validation import validate_node_update

    return validate_node_update(new, old)


KIND = Kind(
    group="",
    version="v1",
    kind="Node",
    plural="nodes",
    singular="node",
    short_names=("no",),
    schema="io.k8s.api.core.v1.Node",
    namespaced=False,
    subresources=("proxy", "status"),
    columns=(
        NAME,
        Column("Status", tell_status),
        Column("Roles", lambda node, now: ",".join(find_roles(node)) or "<none>"),
        AGE,
        Column("Version", lambda node, now: _tell_info(node, "kubeletVersion", "")),
        Column("Internal-IP", lambda node, now: find_address(node, "InternalIP"), priority=1),
        Column("External-IP", lambda node, now: find_address(node, "ExternalIP"), priority=1),
        Column("OS-Image", lambda node, now: _tell_info(node, "osImage"), priority=1),
        Column("Kernel-Version", lambda node, now: _tell_info(node, "kernelVersion"), priority=1),
        Column("Container-Runtime", lambda node, now: _tell_info(node, "containerRuntimeVersion"), priority=1),
    ),
    selectable={"spec.unschedulable": lambda node: "true" if (node.get("spec") or {}).get("unschedulable") else "false"},
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_status_update=_prepare_for_status_update,
    validate=_validate,
    validate_update=_validate_update,
)
