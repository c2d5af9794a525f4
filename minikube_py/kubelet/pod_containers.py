"""The containers of one pod: which run exists, what hooks and probes say, what is being started or ended."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

from minikube_py.cri.runtime import ContainerStatus, SandboxStatus
from minikube_py.kubelet.container_killer import ContainerKiller
from minikube_py.kubelet.container_starter import ContainerStarter, Run
from minikube_py.kubelet.container_status import Health, Observed
from minikube_py.kubelet.hooks import NO_LIMIT, Hooks
from minikube_py.kubelet.image_manager import Record
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.node_services import NodeServices, Wakes
from minikube_py.kubelet.phase import is_sidecar
from minikube_py.kubelet.pod_volumes import PodVolumes
from minikube_py.kubelet.probe import FAILURE, Target
from minikube_py.kubelet.prober import Prober
from minikube_py.kubelet.status import list_attempts
from minikube_py.kubelet.termination import read_termination_message

KEPT_RUNS = 2
"""Runs of a container that the runtime and the logs remember: the present one and the one before."""
FAILED_START = ("StartError", "ContainerCannotRun")
_FIELD_PATHS = {
    "containers": "spec.containers",
    "initContainers": "spec.initContainers",
    "ephemeralContainers": "spec.ephemeralContainers",
}


class PodContainers:
    """What the worker of a pod knows and does of its containers. `latest` is the newest run of each, by name."""

    def __init__(self, node: NodeServices, volumes: PodVolumes, notify: Callable[[], None]) -> None:
        self.latest: dict[str, ContainerStatus] = {}
        self.has_run = False
        self._node = node
        self._pod: Object = {}
        self._sandbox: SandboxStatus | None = None
        self._hooks = Hooks(node.executor, notify)
        self._killer = ContainerKiller(self._hooks)
        self._prober = Prober(node.executor, notify)
        self._starter = ContainerStarter(node, volumes)
        self._announced: set[str] = set()
        self._hooked: set[str] = set()  # runs whose postStart hook is over
        self._health: dict[str, Health] = {}
        self._started_at: dict[str, float] = {}  # by this kubelet's clock, by run
        self._ended_at: dict[str, float] = {}
        self._messages: dict[str, str] = {}

    # -- what is

    def adopt(self, sandbox: SandboxStatus) -> None:
        """Take over containers that were started before: their events are told and their postStart hooks done."""
        for status in sandbox.containers:
            self._announced.add(status.id)
            self._started_at[status.id] = min(status.started_at, self._node.clock.now())
        self._hooked |= self._announced

    def observe(self, pod: Object, sandbox: SandboxStatus | None) -> None:
        """Take in what the runtime says."""
        self._pod, self._sandbox = pod, sandbox
        self.latest = {}
        for container in self._list_containers():
            attempts = list_attempts(sandbox, container["name"])
            if not attempts:
                continue
            self.has_run = True
            self.latest[container["name"]] = attempts[-1]
            for status in attempts:
                self._observe_run(container, status)
            self._forget_old_runs(container["name"], [status for status in attempts[:-KEPT_RUNS] if status.state == "exited"])

    def _observe_run(self, container: Object, status: ContainerStatus) -> None:
        if status.id not in self._announced:
            self._announce(container, status)
        if status.state == "running":
            self._started_at.setdefault(status.id, self._node.clock.now())
        if status.state != "exited" or status.id in self._ended_at:
            return
        self._ended_at[status.id] = self._node.clock.now()
        self._messages[status.id] = read_termination_message(
            self._get_directory(), container, status.attempt, status.exit_code, Path(status.log_path)
        )
        self._killer.forget(status.id)
        self._prober.forget(status.id)

    def _announce(self, container: Object, status: ContainerStatus) -> None:
        if status.state == "exited" and status.reason in FAILED_START:
            self._get_recorder(container)("Warning", "Failed", f"Error: {status.message}")
        elif status.state in ("running", "exited"):
            self._get_recorder(container)("Normal", "Started", f"Started container {container['name']}")
        else:
            return
        self._announced.add(status.id)

    def _forget_old_runs(self, name: str, runs: list[ContainerStatus]) -> None:
        for status in runs:
            self._node.runtime.remove_container(status.id)
            self._forget_run(status.id)
            directory = self._get_directory()
            for log in (directory / "logs" / name).glob(f"{status.attempt}.log*"):
                log.unlink(missing_ok=True)
            (directory / "termination" / name / str(status.attempt)).unlink(missing_ok=True)

    def _forget_run(self, run: str) -> None:
        self._started_at.pop(run, None)
        self._ended_at.pop(run, None)
        self._messages.pop(run, None)

    def get_observed(self) -> Observed:
        """Return what the pod's status needs to know."""
        images = {}
        for status in self.latest.values():
            image = self._node.images.find(status.image)
            if image is not None:
                images[status.image] = (image.reference, image.image_id)
        held = frozenset(s.id for s in self.latest.values() if self._is_held(s))
        return Observed(dict(self._starter.waiting), dict(self._health), dict(self._messages), images, held)

    def is_any_running(self) -> bool:
        """Tell whether a container still runs."""
        return any(status.state != "exited" for status in self.latest.values())

    def is_hook_running(self) -> bool:
        """Tell whether a container's postStart hook is still to end: the containers after it wait for that."""
        return any(status.state == "running" and self._is_held(status) for status in self.latest.values())

    def _is_held(self, status: ContainerStatus) -> bool:
        return status.state == "running" and status.id not in self._hooked

    def list_started(self) -> Set[str]:
        """Return the names of the running containers that are past their hook and startup probe."""
        return {name for name, health in self._health.items() if health.started}

    # -- what is done

    def start(self, view: Object, container: Object, status: Object, wakes: Wakes) -> bool:
        """Start a container's next run if it may be started; return whether it was. `status` is the pod's as it stands."""
        before = self.latest.get(container["name"])
        ended_at = self._ended_at.get(before.id, wakes.now) if before is not None else 0.0
        attempt = before.attempt + 1 if before is not None else _get_next_attempt(status, container["name"])
        return self._starter.start(Run(view, container, attempt, before, ended_at, self._get_recorder(container)), wakes)

    def supervise(self, wakes: Wakes) -> None:
        """Run the postStart hooks and the probes of what runs; ask for the end of what they condemn."""
        before, self._health = self._health, {}
        for container in self._list_containers():
            status = self.latest.get(container["name"])
            if status is None or status.state != "running":
                continue
            if self._killer.is_requested(status.id):
                self._health |= {name: health for name, health in before.items() if name == container["name"]}
            elif self._is_hook_over(container, status, wakes):
                self._probe(container, status, wakes)
        self._killer.sync(wakes)

    def _is_hook_over(self, container: Object, status: ContainerStatus, wakes: Wakes) -> bool:
        if status.id in self._hooked:
            return True
        outcome = self._hooks.poll("postStart", self._make_target(container, status), NO_LIMIT, wakes.now)
        if outcome is None:
            wakes.at(self._hooks.get_wake_up("postStart", status.id))
            return False
        if outcome.result == FAILURE:
            self._get_recorder(container)("Warning", "FailedPostStartHook", "PostStartHook failed")
            self.kill(container, "FailedPostStartHook", self._get_grace(), wakes.now)
            return False
        self._hooked.add(status.id)
        return True

    def _probe(self, container: Object, status: ContainerStatus, wakes: Wakes) -> None:
        target, record = self._make_target(container, status), self._get_recorder(container)
        verdict = self._prober.check(target, self._started_at[status.id], wakes.now, record)
        self._health[container["name"]] = verdict.health
        wakes.at(verdict.next_at)
        if verdict.kill is not None:
            grace = verdict.kill.grace_seconds
            self.kill(container, verdict.kill.message, self._get_grace() if grace is None else float(grace), wakes.now)

    def supervise_ending(self, wakes: Wakes) -> None:
        """Keep the readiness of containers that are being ended as it was; no probe condemns them any more."""
        for container in self._list_containers():
            if container["name"] in self.latest:
                self._hooked.add(self.latest[container["name"]].id)
                if self.latest[container["name"]].state == "exited":
                    self._health.pop(container["name"], None)
                    self._starter.stop_waiting(container["name"])

    def kill(self, container: Object, message: str, grace: float, now: float) -> None:
        """Ask for a running container's end."""
        status = self.latest[container["name"]]
        self._killer.request(self._make_target(container, status), message, grace, now, self._get_recorder(container))

    def sync_kills(self, wakes: Wakes) -> None:
        """Go on with what is being ended."""
        self._killer.sync(wakes)

    def end_all(self, grace: float, wakes: Wakes) -> bool:
        """End everything, restartable init containers last and in reverse order; return whether something still runs."""
        running = [c for c in self._list_containers() if self._runs(c)]
        sidecars = [c for c in running if is_sidecar(c)]
        for container in [c for c in running if not is_sidecar(c)] or sidecars[-1:]:
            self.kill(container, f"Stopping container {container['name']}", grace, wakes.now)
        self._killer.sync(wakes)
        return bool(running)

    # -- small things

    def _runs(self, container: Object) -> bool:
        status = self.latest.get(container["name"])
        return status is not None and status.state != "exited"

    def _list_containers(self) -> list[Object]:
        spec = self._pod["spec"]
        return [container for kind in _FIELD_PATHS for container in spec.get(kind) or ()]

    def _get_grace(self) -> float:
        return float(self._pod["spec"].get("terminationGracePeriodSeconds", 30))

    def _get_directory(self) -> Path:
        return self._node.get_pod_directory(self._pod["metadata"]["uid"])

    def _make_target(self, container: Object, status: ContainerStatus) -> Target:
        ip = self._sandbox.ip if self._sandbox is not None else ""
        return Target(self._node.runtime, status.pod_uid, status.id, container, ip or self._node.options.host_ip)

    def _get_recorder(self, container: Object) -> Record:
        pod, spec, name = self._pod, self._pod["spec"], container["name"]
        kind = next(key for key in _FIELD_PATHS if any(c["name"] == name for c in spec.get(key) or ()))
        path = f"{_FIELD_PATHS[kind]}{{{name}}}"
        return lambda event_type, reason, message: self._node.recorder.event(pod, event_type, reason, message, path)


def _get_next_attempt(status: Object, name: str) -> int:
    """Return the number of the next run of a container that the runtime does not know, by the pod's status."""
    for key in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for entry in status.get(key) or ():
            if entry["name"] == name:
                count: int = entry.get("restartCount", 0)
                return count + 1 if entry.get("containerID") else count
    return 0
