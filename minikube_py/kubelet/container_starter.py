"""Starts the containers of one pod: back-off, image, configuration, runtime; and remembers why one waits."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from minikube_py.apimachinery.duration import format_seconds
from minikube_py.cri.runtime import ContainerStatus, CRIError
from minikube_py.kubelet.container_config import StartRequest, make_container_config
from minikube_py.kubelet.container_status import Waiting
from minikube_py.kubelet.env import ConfigError, EnvSources
from minikube_py.kubelet.image_manager import ImageError, Record
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.node_services import NodeServices, Wakes
from minikube_py.kubelet.pod_volumes import PodVolumes
from minikube_py.kubelet.termination import make_termination_log

RETRY_SECONDS = 10.0
"""How long a container that could not be started waits for the next try."""


class Run(NamedTuple):
    """A run of a container to start.

    `view` is the pod as its containers see it; `before` the run before, if any, whose end was seen at `ended_at`;
    `record` writes an event about the container.
    """

    view: Object
    container: Object
    attempt: int
    before: ContainerStatus | None
    ended_at: float
    record: Record

    @property
    def key(self) -> str:
        """The container's key in the node's back-off."""
        return f"{self.view['metadata']['uid']}_{self.container['name']}"


class ContainerStarter:
    """Starts one pod's containers. `waiting` says of each that does not run why, by name."""

    def __init__(self, node: NodeServices, volumes: PodVolumes) -> None:
        self.waiting: dict[str, Waiting] = {}
        self._node = node
        self._volumes = volumes
        self._retry_at: dict[str, float] = {}
        self._backed_off: dict[str, str] = {}  # container -> id of the run whose back-off has been told

    def start(self, run: Run, wakes: Wakes) -> bool:
        """Start a container if it may be started now; return whether it was."""
        name, record = run.container["name"], run.record
        if self._is_backing_off(run, wakes):
            return False
        retry_at = self._retry_at.get(name, 0.0)
        if wakes.now < retry_at:
            wakes.at(retry_at)
            return False
        try:
            self._start(run)
        except ImageError as error:
            self._wait(name, Waiting(error.reason, str(error)), error.retry_at, wakes)
            record("Warning", "Failed", f"Error: {error.reason}")
        except ConfigError as error:
            self._wait(name, Waiting("CreateContainerConfigError", str(error)), None, wakes)
            record("Warning", "Failed", f"Error: {error}")
        except CRIError as error:
            self._wait(name, Waiting(error.reason, str(error)), None, wakes)
            record("Warning", "Failed", f"Error: {error}")
        else:
            self.waiting.pop(name, None)
            self._retry_at.pop(name, None)
            record("Normal", "Created", f"Created container: {name}")
            if run.before is not None:
                self._node.backoff.next(run.key, wakes.now)
            return True
        return False

    def stop_waiting(self, name: str) -> None:
        """Forget why a container waits: it will not be started any more."""
        self.waiting.pop(name, None)

    def _wait(self, name: str, waiting: Waiting, retry_at: float | None, wakes: Wakes) -> None:
        self.waiting[name] = waiting
        self._retry_at[name] = wakes.now + RETRY_SECONDS if retry_at is None else retry_at
        wakes.at(self._retry_at[name])

    def _is_backing_off(self, run: Run, wakes: Wakes) -> bool:
        if run.before is None:
            return False
        left = self._node.backoff.get_remaining(run.key, run.ended_at, wakes.now)
        if left <= 0:
            return False
        wakes.at(wakes.now + left)
        name = run.container["name"]
        if self._backed_off.get(name) != run.before.id:
            self._backed_off[name] = run.before.id
            delay, pod = format_seconds(self._node.backoff.get_delay(run.key, wakes.now)), _format_pod(run.view)
            message = f"back-off {delay} restarting failed container={name} pod={pod}"
            self.waiting[name] = Waiting("CrashLoopBackOff", message)
            run.record("Warning", "BackOff", f"Back-off restarting failed container {name} in pod {pod}")
        return True

    def _start(self, run: Run) -> None:
        node, view, container = self._node, run.view, run.container
        image = node.images.ensure_image_exists(view, container, run.record)
        sources = EnvSources(
            pod=view,
            get_config_map=node.get_config_map,
            get_secret=node.get_secret,
            services=node.list_services(view["metadata"]["namespace"]),
            allocatable=node.get_allocatable(),
        )
        request = StartRequest(view, container, run.attempt, image, self._volumes.paths, sources)
        config = make_container_config(request, node.options)
        self._check_target(view["metadata"]["uid"], config.target)
        if node.options.writes_files:
            directory = node.get_pod_directory(view["metadata"]["uid"])
            for folder in ("logs", "termination"):
                (directory / folder / container["name"]).mkdir(mode=0o700, parents=True, exist_ok=True)
            make_termination_log(Path(config.termination_log))
        node.runtime.start_container(config)

    def _check_target(self, uid: str, target: str) -> None:
        """Raise ConfigError where the container whose processes are to be seen has never run."""
        sandbox = self._node.runtime.status(uid)
        if target and not any(one.name == target for one in (sandbox.containers if sandbox is not None else ())):
            raise ConfigError(f"unable to find target container {target}")


def _format_pod(pod: Object) -> str:
    metadata = pod["metadata"]
    return f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
