"""Kills containers that outgrow their memory limit. Looks only at those that have one; without any, nothing ever wakes up."""

from __future__ import annotations

from minikube_py.cri.agent.container import RUNNING, Container
from minikube_py.cri.agent.loop import Loop
from minikube_py.cri.agent.processes import list_tree, read_memory

_CALM_SECONDS = 0.25
_CLOSE_SECONDS = 0.1  # while somebody uses more than half of the limit


class MemoryWatch:
    """Measures the resident memory of containers against their limits."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._containers: set[Container] = set()
        self._waiting = False

    def add(self, container: Container) -> None:
        """Watch a container that has a limit, until it has ended."""
        if container.config["memory_limit"]:
            self._containers.add(container)
            self._wait(_CLOSE_SECONDS)

    def _wait(self, seconds: float) -> None:
        if not self._waiting:
            self._waiting = True
            self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._waiting = False
        self._containers = {container for container in self._containers if _is_limited(container)}
        highest = max((self._measure(container) for container in self._containers), default=0.0)
        if self._containers:
            self._wait(_CLOSE_SECONDS if highest > 0.5 else _CALM_SECONDS)

    def _measure(self, container: Container) -> float:
        """Return which part of its limit a container uses; over the limit it is killed."""
        trees = {pid for root in (container.pid, *container.execs) for pid in list_tree(root)}
        used = read_memory(trees) / int(container.config["memory_limit"])
        if used > 1:
            container.oom_killed = True
            container.kill()
        return used


def _is_limited(container: Container) -> bool:
    return container.state == RUNNING and bool(container.config["memory_limit"])
