"""What pods use, asked of the runtime: what the API server's metrics are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import ServiceUnavailable
from minikube_py.apiserver.metrics import Usage

if TYPE_CHECKING:
    from minikube_py.cri.runtime import ContainerStats, Runtime

UNAVAILABLE = "the server is currently unable to handle the request (get pods.metrics.k8s.io)"


class Measurer:
    """Asks the runtime called `name`, which is reached when it is first asked."""

    def __init__(self, name: str, reach: Callable[[], Runtime]) -> None:
        self._name, self._reach = name, reach

    def is_able(self) -> bool:
        """Return whether the runtime runs processes."""
        return self._name != "fake"

    def measure(self) -> Sequence[Usage]:
        """Return what runs now uses. Raises ServiceUnavailable where the cluster is stopped."""
        from minikube_py.cri.runtime import CRIError

        try:
            return [make_usage(stats) for stats in self._reach().stats()]
        except (CRIError, OSError):
            raise ServiceUnavailable(UNAVAILABLE) from None


def make_usage(stats: ContainerStats) -> Usage:
    """Return the mean use between two measurements; a process that ended in between may have taken its time along."""
    window = stats.at - stats.before
    cpu = max(0.0, stats.cpu_seconds - stats.cpu_seconds_before) / window if window > 0 else 0.0
    return Usage(stats.pod_uid, stats.name, cpu, float(stats.memory_bytes), max(window, 0.0))
