"""Startup, liveness and readiness probes: when each is due, how its results count, and what that means for a container.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from minikube_py.kubelet.container_status import Health
from minikube_py.kubelet.interfaces import Executor, Object
from minikube_py.kubelet.probe import FAILURE, SUCCESS, UNKNOWN, WARNING, Outcome, Target, run_probe
from minikube_py.kubelet.tasks import Tasks

KINDS = ("startup", "liveness", "readiness")
_INITIAL = {"startup": UNKNOWN, "liveness": SUCCESS, "readiness": FAILURE}


BOOT_SECONDS = 2.0
"""How long a container that just started may refuse connections before that counts."""
BOOT_PERIOD = 0.1


class Kill(NamedTuple):
    """A container must be restarted. `grace_seconds` is the probe's own, None for the pod's."""

    message: str
    grace_seconds: float | None


class Verdict(NamedTuple):
    """What the probes of one container say now, and when the next is due (None: none is)."""

    health: Health
    kill: Kill | None = None
    next_at: float | None = None


class _Worker:
    """One probe of one run of a container."""

    def __init__(self, kind: str, probe: Object, started_at: float) -> None:
        self.kind = kind
        self.probe = probe
        self.result = _INITIAL[kind]
        self.on_hold = False
        self.due_at = started_at + probe.get("initialDelaySeconds", 0)
        self._boots_until = started_at + BOOT_SECONDS
        self._last = ""
        self._run = 0

    def is_booting(self, outcome: Outcome, now: float) -> bool:
        """Tell whether to pass over an outcome because the container has not had time to open its port."""
        if not outcome.refused or now >= self._boots_until:
            return False
        self.due_at = now + BOOT_PERIOD
        return True

    def count(self, outcome: Outcome, now: float) -> None:
        """Take in an outcome: a threshold of the same ones in a row changes the result."""
        self.due_at = now + self.probe.get("periodSeconds", 10)
        if outcome.result == UNKNOWN:
            return
        result = FAILURE if outcome.result == FAILURE else SUCCESS
        self._run = self._run + 1 if result == self._last else 1
        self._last = result
        threshold = self.probe.get("failureThreshold", 3) if result == FAILURE else self.probe.get("successThreshold", 1)
        if self._run < threshold:
            return
        self.result = result
        self.on_hold = result == FAILURE and self.kind != "readiness"


class Prober:
    """The probes of one pod's containers. `record(type, reason, message)` writes an event about a container."""

    def __init__(self, executor: Executor, notify: Callable[[], None]) -> None:
        self._tasks: Tasks[Outcome] = Tasks(executor, notify)
        self._workers: dict[tuple[str, str], _Worker] = {}

    def check(self, target: Target, started_at: float, now: float, record: Callable[[str, str, str], None]) -> Verdict:
        """Take in results, start the probes that are due, and return what they say. Call it for running containers only."""
        workers = self._get_workers(target, started_at)
        for worker in workers.values():
            self._collect(target, worker, now, record)
        started = "startup" not in workers or workers["startup"].result == SUCCESS
        for worker in workers.values():
            if (worker.kind == "startup") != started:
                self._start_if_due(target, worker, now)
                self._collect(target, worker, now, record)  # an inline pool has the result at once
        started = "startup" not in workers or workers["startup"].result == SUCCESS
        ready = "readiness" not in workers or workers["readiness"].result == SUCCESS
        kill = next((self._make_kill(target, w) for w in workers.values() if w.on_hold), None)
        idle = [w for w in workers.values() if not self._tasks.is_running((target.container_id, w.kind))]
        due = [w.due_at for w in idle if (w.kind == "startup") != started and not w.on_hold]
        return Verdict(Health(started, started and ready), kill, min(due, default=None))

    def forget(self, container_id: str) -> None:
        """Drop what is known of a container that has ended."""
        for name in [name for name in self._workers if name[0] == container_id]:
            del self._workers[name]

    def _get_workers(self, target: Target, started_at: float) -> dict[str, _Worker]:
        found = {}
        for kind in KINDS:
            probe = target.container.get(f"{kind}Probe")
            if probe:
                name = (target.container_id, kind)
                found[kind] = self._workers.setdefault(name, _Worker(kind, probe, started_at))
        return found

    def _start_if_due(self, target: Target, worker: _Worker, now: float) -> None:
        if worker.on_hold or now < worker.due_at:
            return
        probe = worker.probe
        timeout = float(probe.get("timeoutSeconds", 1))
        self._tasks.start((target.container_id, worker.kind), lambda: run_probe(target, probe, timeout))

    def _collect(self, target: Target, worker: _Worker, now: float, record: Callable[[str, str, str], None]) -> None:
        name = (target.container_id, worker.kind)
        if not self._tasks.is_done(name):
            return
        outcome = self._tasks.pop_result(name) or Outcome(UNKNOWN, "the probe could not be run")
        if worker.on_hold or worker.is_booting(outcome, now):
            return
        title = worker.kind.capitalize()
        if outcome.result == FAILURE:
            record("Warning", "Unhealthy", f"{title} probe failed: {outcome.message}")
        elif outcome.result == WARNING:
            record("Warning", "ProbeWarning", f"{title} probe warning: {outcome.message}")
        elif outcome.result == UNKNOWN:
            record("Warning", "Unhealthy", f"{title} probe errored and resulted in unknown state: {outcome.message}")
        worker.count(outcome, now)

    def _make_kill(self, target: Target, worker: _Worker) -> Kill:
        message = f"Container {target.container['name']} failed {worker.kind} probe, will be restarted"
        return Kill(message, worker.probe.get("terminationGracePeriodSeconds"))
