"""Node: https://kubernetes.io/docs/concepts/architecture/nodes/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, not_supported, required
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

ROLE_LABEL = "node-role.kubernetes.io/"
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def tell_status(obj: Object, now: float) -> str:
    """Return the STATUS cell."""
    conditions = (obj.get("status") or {}).get("conditions") or []
    ready = next((c for c in conditions if c["type"] == "Ready"), None)
    words = ["Unknown"] if ready is None else ["Ready" if ready["status"] == "True" else "NotReady"]
    if (obj.get("spec") or {}).get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def list_roles(obj: Object, now: float) -> str:
    """Return the ROLES cell."""
    labels = obj["metadata"].get("labels") or {}
    roles = {key.removeprefix(ROLE_LABEL) for key in labels if key.startswith(ROLE_LABEL) and key != ROLE_LABEL}
    if labels.get("kubernetes.io/role"):
        roles.add(labels["kubernetes.io/role"])
    return ",".join(sorted(roles)) or "<none>"


def _info(field: str):  # type: ignore[no-untyped-def]
    return lambda obj, now: ((obj.get("status") or {}).get("nodeInfo") or {}).get(field) or "<unknown>"


def _address(kind: str):  # type: ignore[no-untyped-def]
    def cell(obj: Object, now: float) -> str:
        addresses = (obj.get("status") or {}).get("addresses") or []
        return next((str(a["address"]) for a in addresses if a["type"] == kind), "<none>")

    return cell


def set_defaults(obj: Object) -> None:
    """Write what a typed server always writes."""
    obj.setdefault("spec", {})


def prepare_for_create(obj: Object) -> None:
    """A node may bring its status along."""
    obj.setdefault("status", {"daemonEndpoints": {"kubeletEndpoint": {"Port": 0}}, "nodeInfo": {}})


def validate(obj: Object) -> list[FieldError]:
    """Check the taints."""
    from minikube_py.apimachinery.names import is_qualified_name, is_valid_label_value

    errors = []
    seen = set()
    for index, taint in enumerate((obj.get("spec") or {}).get("taints") or ()):
        path = f"metadata.taints[{index}]"
        key, effect = taint.get("key") or "", taint.get("effect") or ""
        errors += [invalid(f"{path}.key", key, text) for text in is_qualified_name(key)]
        errors += [invalid(f"{path}.value", taint["value"], text) for text in is_valid_label_value(taint.get("value") or "")]
        if not effect:
            errors.append(required(f"{path}.effect"))
        elif effect not in EFFECTS:
            errors.append(not_supported(f"{path}.effect", effect, EFFECTS))
        if (key, effect) in seen:
            errors.append(duplicate(path, taint))
        seen.add((key, effect))
    return errors


KIND = Kind(
    group="",
    version="v1",
    kind="Node",
    plural="nodes",
    singular="node",
    short_names=("no",),
    schema="io.k8s.api.core.v1.Node",
    namespaced=False,
    subresources=("status", "proxy"),
    columns=(
        NAME,
        Column("Status", tell_status),
        Column("Roles", list_roles),
        AGE,
        Column("Version", lambda obj, now: ((obj.get("status") or {}).get("nodeInfo") or {}).get("kubeletVersion") or ""),
        Column("Internal-IP", _address("InternalIP"), priority=1),
        Column("External-IP", _address("ExternalIP"), priority=1),
        Column("OS-Image", _info("osImage"), priority=1),
        Column("Kernel-Version", _info("kernelVersion"), priority=1),
        Column("Container-Runtime", _info("containerRuntimeVersion"), priority=1),
    ),
    selectable={"spec.unschedulable": lambda obj: "true" if (obj.get("spec") or {}).get("unschedulable") else "false"},
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
