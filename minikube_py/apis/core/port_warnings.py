"""What the API server warns of in the ports of a pod's containers."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apis.core.windows_validation import visit_containers
from minikube_py.apis.kind import Object


def warn_of_ports(spec: Object, field: str) -> Iterator[str]:
    """Yield a warning for each port that another one of the PodSpec at `field` meets, and for addresses without a port."""
    known: dict[tuple[int, str], list[tuple[str, Object]]] = {}
    for container, path in visit_containers(spec, field):
        for index, port in enumerate(container.get("ports") or ()):
            here = f"{path}.ports[{index}]"
            if port.get("hostIP") and not port.get("hostPort"):
                yield f"{here}: hostIP set without hostPort: {_tell(port)}"
            others = known.setdefault((port.get("containerPort", 0), port.get("protocol", "")), [])
            for place, other in others:
                if how := _compare(port, other):
                    yield f"{here}: {how} port definition with {place}"
            others.append((here, port))


def _compare(one: Object, other: Object) -> str:
    address, other_address = one.get("hostIP") or "", other.get("hostIP") or ""
    number, other_number = one.get("hostPort") or 0, other.get("hostPort") or 0
    if (address, number) == (other_address, other_number):
        return "duplicate"
    if not number or not other_number:
        return "overlapping"
    return "dangerously ambiguous" if number == other_number and bool(address) != bool(other_address) else ""


def _tell(port: Object) -> str:
    """Return a port as Go's `%+v` prints it."""
    return (
        f"{{Name:{port.get('name', '')} HostPort:{port.get('hostPort', 0)} ContainerPort:{port.get('containerPort', 0)} "
        f"Protocol:{port.get('protocol', '')} HostIP:{port.get('hostIP', '')}}}"
    )
