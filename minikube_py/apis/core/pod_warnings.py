"""What the API server warns of in pods and pod templates, without refusing them."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apis.core.node_labels import OLD_NODE_LABELS
from minikube_py.apis.core.volume_warnings import warn_of_overlaps
from minikube_py.apis.kind import Object

_OLD_VOLUMES = {
    "gitRepo": "deprecated in v1.11",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}


def warn_about_pod(pod: Object) -> list[str]:
    """Return the warnings about a Pod."""
    return list(_warn(pod.get("spec") or {}, "spec"))


def warn_about_template(template: Object | None, field: str = "spec.template") -> list[str]:
    """Return the warnings about the PodTemplateSpec at `field`."""
    return list(_warn((template or {}).get("spec") or {}, f"{field}.spec"))


def _warn(spec: Object, field: str) -> Iterator[str]:
    yield from _warn_of_nodes(spec, field)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        path = f"{field}.topologySpreadConstraints[{index}]"
        if message := OLD_NODE_LABELS.get(constraint.get("topologyKey", "")):
            yield f"{path}.topologyKey: {constraint['topologyKey']} is {message}"
        if constraint.get("labelSelector") is None:
            yield f"{path}.labelSelector: a null labelSelector results in matching no pod"
    for index, volume in enumerate(spec.get("volumes") or ()):
        yield from (f"{field}.volumes[{index}].{kind}: {text}" for kind, text in _OLD_VOLUMES.items() if kind in volume)
    yield from warn_of_overlaps(spec.get("volumes") or [])
    yield from _warn_of_aliases(spec, field)
    yield from _warn_of_secrets(spec, field)
    for kind in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(kind) or ()):
            yield from _warn_of_container(container, f"{field}.{kind}[{index}]")
    yield from _warn_of_ports(spec, field)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"


def _warn_of_nodes(spec: Object, field: str) -> Iterator[str]:
    for key in spec.get("nodeSelector") or {}:
        if message := OLD_NODE_LABELS.get(key):
            yield f"{field}.nodeSelector[{key}]: {message}"


def _warn_of_aliases(spec: Object, field: str) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        ip = alias.get("ip", "")
        if ip in first:
            yield f'{field}.hostAliases[{index}].ip: duplicate ip "{ip}"'
        first.setdefault(ip, index)


def _warn_of_secrets(spec: Object, field: str) -> Iterator[str]:
    seen = set()
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        name = secret.get("name", "")
        if not name:
            yield f'{field}.imagePullSecrets[{index}]: invalid empty name ""'
        elif name in seen:
            yield f'{field}.imagePullSecrets[{index}]: duplicate name "{name}"'
        seen.add(name)


def _warn_of_container(container: Object, field: str) -> Iterator[str]:
    resources = container.get("resources") or {}
    for way in ("limits", "requests"):
        for name in ("memory", "ephemeral-storage"):
            text = (resources.get(way) or {}).get(name)
            if text is not None and parse_quantity(text).nanos % 10**9:
                yield f'{field}.resources.{way}[{name}]: fractional byte value "{text}" is invalid, must be an integer'
    first: dict[str, tuple[int, Object]] = {}
    for index, variable in enumerate(container.get("env") or ()):
        name, here = variable.get("name", ""), f"{field}.env[{index}]"
        if name in first:
            before, earlier = first[name]
            if not _refers_to(variable.get("value") or "", name):
                same = "duplicate name" if variable == earlier else "hides previous definition of"
                if same == "duplicate name":
                    yield f'{here}: duplicate name "{name}"'
                else:
                    yield f'{here}: hides previous definition of "{name}", which may be dropped when using apply'
                first[name] = (before, variable)
        else:
            first[name] = (index, variable)


def _refers_to(value: str, name: str) -> bool:
    return f"$({name})" in value


def _warn_of_ports(spec: Object, field: str) -> Iterator[str]:
    """Warn of a port that several containers name: who listens first has it."""
    taken: dict[tuple[int, str], str] = {}
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            if kind == "initContainers" and container.get("restartPolicy") != "Always":
                continue
            for number, port in enumerate(container.get("ports") or ()):
                key, path = (
                    (port.get("containerPort", 0), port.get("protocol", "TCP")),
                    f"{field}.{kind}[{index}].ports[{number}]",
                )
                if key in taken:
                    yield f"{path}: duplicate port definition with {taken[key]}"
                else:
                    taken[key] = path
