"""Lifecycle hooks: what runs right after a container's start and right before its end.

https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.kubelet.interfaces import Executor, Object
from minikube_py.kubelet.probe import FAILURE, SUCCESS, Outcome, Target, run_probe
from minikube_py.kubelet.tasks import Tasks

NO_LIMIT = 3600.0
"""Seconds after which a hook without a limit of its own is given up."""


class Hooks:
    """The hooks of one pod's containers, each run once for each run of a container."""

    def __init__(self, executor: Executor, notify: Callable[[], None]) -> None:
        self._tasks: Tasks[Outcome] = Tasks(executor, notify)
        self._sleeping: dict[tuple[str, str], float] = {}

    def poll(self, kind: str, target: Target, timeout: float, now: float) -> Outcome | None:
        """Start hook `kind` (postStart or preStop) if it was not; return its outcome, None while it runs.

        A container without that hook has succeeded.
        """
        handler = (target.container.get("lifecycle") or {}).get(kind)
        if not handler:
            return Outcome(SUCCESS)
        name = (kind, target.container_id)
        if handler.get("sleep") is not None:
            until = self._sleeping.setdefault(name, now + min(handler["sleep"]["seconds"], timeout))
            return Outcome(SUCCESS) if now >= until else None
        self._tasks.start(name, lambda: _run(target, handler, timeout))
        if not self._tasks.is_done(name):
            return None
        return self._tasks.get_result(name) or Outcome(FAILURE, "the hook could not be run")

    def get_wake_up(self, kind: str, container_id: str) -> float | None:
        """Return when a sleeping hook ends; None where it does not sleep."""
        return self._sleeping.get((kind, container_id))


def _run(target: Target, handler: Object, timeout: float) -> Outcome:
    outcome = run_probe(target, handler, timeout)
    return outcome if outcome.result == SUCCESS else Outcome(FAILURE, outcome.message)
