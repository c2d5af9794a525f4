"""NodePorts: a host port of a node goes to one pod only."""

from __future__ import annotations

from typing import Any

from minikube_py.scheduler.event import NODE, POD, Event
from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
Port = tuple[str, str, int]  # host address, protocol, port
NAME = "NodePorts"
SCOPE = "pods"
RESOLVABLE = True
REASON = "node(s) didn't have free ports for the requested pod ports"
ANY = "0.0.0.0"  # noqa: S104 - compared, not bound


def list_host_ports(pod: Object) -> list[Port]:
    """Return the host ports that a pod takes, those of its sidecars too."""
    spec = pod["spec"]
    sidecars = [c for c in spec.get("initContainers") or () if c.get("restartPolicy") == "Always"]
    return [
        (port.get("hostIP") or ANY, port.get("protocol") or "TCP", port["hostPort"])
        for container in (*(spec.get("containers") or ()), *sidecars)
        for port in container.get("ports") or ()
        if port.get("hostPort")
    ]


def prepare(pod: Object, context: object) -> list[Port] | None:
    """Return the host ports that the pod wants, None where it wants none."""
    return list_host_ports(pod) or None


def filter(pod: Object, node: NodeInfo, state: list[Port]) -> str:
    """Refuse nodes on which one of the ports is taken."""
    taken = node.gather(list_host_ports)
    return REASON if any(_conflict(a, b) for a in state for b in taken) else ""


def _conflict(a: Port, b: Port) -> bool:
    return a[1:] == b[1:] and (a[0] == b[0] or ANY in (a[0], b[0]))


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a node came, or a pod went that had one of the ports."""
    if event.what == NODE:
        return event.before is None
    if event.what != POD or event.before is None or not event.is_gone:
        return False
    taken = list_host_ports(event.before)
    return any(_conflict(a, b) for a in list_host_ports(pod) for b in taken)
