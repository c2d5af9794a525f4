"""Measures what containers use of cpu and memory: on demand, against a sample taken some seconds before.

While a container runs, a sample is taken every SAMPLE_SECONDS; without any, nothing ever wakes up.
"""

from __future__ import annotations

from typing import Any

from minikube_py.component_base.clock import Clock
from minikube_py.cri.agent.container import RUNNING, Container
from minikube_py.cri.agent.loop import Loop
from minikube_py.cri.agent.processes import list_tree, read_cpu_seconds, read_memory

SAMPLE_SECONDS = 15.0  # as metrics-server asks kubelets
LEAST_WINDOW = 10.0  # a shorter one tells more of the moment than of the use
_KEPT = 2

Sample = tuple[float, float]  # seconds since the epoch, cpu seconds used until then


class UsageWatch:
    """Keeps the last samples of each running container; the first is its start, when it had used nothing."""

    def __init__(self, loop: Loop, clock: Clock) -> None:
        self._loop, self._clock = loop, clock
        self._samples: dict[Container, list[Sample]] = {}
        self._waiting = False

    def add(self, container: Container) -> None:
        """Watch a container that has just started, until it has ended."""
        if container in self._samples:
            return
        self._samples[container] = [(float(container.status["started_at"]), 0.0)]
        self._wait()

    def measure(self) -> list[dict[str, Any]]:
        """Return the use of all that runs, as ContainerStats."""
        return [self._measure(container) for container in self._samples if container.state == RUNNING]

    def _measure(self, container: Container) -> dict[str, Any]:
        tree, now = list_processes_of(container), self._clock.now()
        before, cpu_before = choose_sample(self._samples[container], now)
        return {
            "pod_uid": container.status["pod_uid"],
            "name": container.status["name"],
            "cpu_seconds": read_cpu_seconds(tree),
            "memory_bytes": read_memory(tree),
            "at": now,
            "cpu_seconds_before": cpu_before,
            "before": before,
        }

    def _wait(self) -> None:
        if not self._waiting:
            self._waiting = True
            self._loop.call_later(SAMPLE_SECONDS, self._look)

    def _look(self) -> None:
        self._waiting = False
        self._samples = {container: samples for container, samples in self._samples.items() if container.state == RUNNING}
        for container, samples in self._samples.items():
            samples.append((self._clock.now(), read_cpu_seconds(list_processes_of(container))))
            del samples[:-_KEPT]
        if self._samples:
            self._wait()


def list_processes_of(container: Container) -> set[int]:
    """Return the processes of a container and of what was run in it."""
    return {pid for root in (container.pid, *container.execs) for pid in list_tree(root)}


def choose_sample(samples: list[Sample], now: float) -> Sample:
    """Return the newest sample that is LEAST_WINDOW seconds old, else the oldest."""
    old_enough = [sample for sample in samples if now - sample[0] >= LEAST_WINDOW]
    return old_enough[-1] if old_enough else samples[0]
