"""Ends containers: event, preStop hook, stop signal, and SIGKILL when the grace period is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from minikube_py.kubelet.hooks import Hooks
from minikube_py.kubelet.node_services import Wakes
from minikube_py.kubelet.probe import FAILURE, Target

MINIMUM_GRACE = 2.0
"""Seconds a container has at least to end by itself, whatever its hook used up."""

Record = Callable[[str, str, str], None]


@dataclass
class _Kill:
    target: Target
    grace: float
    requested_at: float
    record: Record
    stopped_with: float | None = None  # the grace period told to the runtime
    hook_reported: bool = False


class ContainerKiller:
    """The containers of one pod that are being ended."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._kills: dict[str, _Kill] = {}

    def request(self, target: Target, message: str, grace: float, now: float, record: Record) -> None:
        """Ask for a container's end within `grace` seconds. Asking again can only shorten the period."""
        kill = self._kills.get(target.container_id)
        if kill is None:
            record("Normal", "Killing", message)
            self._kills[target.container_id] = _Kill(target, grace, now, record)
        elif kill.requested_at + kill.grace > now + grace:
            kill.grace = max(0.0, now + grace - kill.requested_at)

    def is_requested(self, container_id: str) -> bool:
        """Tell whether a container's end was asked for."""
        return container_id in self._kills

    def forget(self, container_id: str) -> None:
        """Drop a container that has ended."""
        self._kills.pop(container_id, None)

    def sync(self, wakes: Wakes) -> None:
        """Go on with every kill: first its hook, then the stop signal."""
        for kill in self._kills.values():
            if self._is_hook_over(kill, wakes):
                self._stop(kill, wakes.now)

    def _is_hook_over(self, kill: _Kill, wakes: Wakes) -> bool:
        deadline = kill.requested_at + kill.grace
        if kill.stopped_with is not None or kill.grace <= 0 or wakes.now >= deadline:
            return True
        outcome = self._hooks.poll("preStop", kill.target, kill.grace, wakes.now)
        if outcome is None:
            wakes.at(deadline)
            wakes.at(self._hooks.get_wake_up("preStop", kill.target.container_id))
            return False
        if outcome.result == FAILURE and not kill.hook_reported:
            kill.hook_reported = True
            kill.record("Warning", "FailedPreStopHook", "PreStopHook failed")
        return True

    def _stop(self, kill: _Kill, now: float) -> None:
        left = max(kill.requested_at + kill.grace - now, min(MINIMUM_GRACE, kill.grace))
        if kill.stopped_with is None or kill.grace < kill.stopped_with:
            kill.stopped_with = kill.grace
            kill.target.runtime.stop_container(kill.target.container_id, left)
