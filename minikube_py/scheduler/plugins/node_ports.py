"""NodePorts: a host port of a node goes to one pod only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.scheduler.framework import NodeInfo

Object = dict[str, Any]
NAME = "NodePorts"
RESOLVABLE = True
REASON = "node(s) didn't have free ports for the requested pod ports"
ANY = "0.0.0.0"  # noqa: S104 - compared, not bound


def host_ports(pod: Object) -> Iterator[tuple[str, str, int]]:
    """Yield (host address, protocol, port) of each host port a pod takes."""
    for container in pod["spec"].get("containers") or ():
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield port.get("hostIP") or ANY, port.get("protocol") or "TCP", port["hostPort"]


def pre_filter(pod: Object, nodes: list[NodeInfo], context: object) -> list[tuple[str, str, int]]:
    """Return the host ports that the pod wants."""
    return list(host_ports(pod))


def filter(pod: Object, node: NodeInfo, state: list[tuple[str, str, int]]) -> str:
    """Refuse nodes on which one of the ports is taken."""
    if not state:
        return ""
    taken = [port for other in node.pods for port in host_ports(other)]
    return REASON if any(_conflict(a, b) for a in state for b in taken) else ""


def _conflict(a: tuple[str, str, int], b: tuple[str, str, int]) -> bool:
    return a[1:] == b[1:] and (a[0] == b[0] or ANY in (a[0], b[0]))
