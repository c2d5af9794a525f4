"""The runtime protocol: what a kubelet asks of whatever runs its pods. Modelled on the Container Runtime Interface (CRI).

A runtime owns sandboxes (one a pod) and containers. Every call is idempotent and returns at once; slow work goes on behind it
and ends in a call of `on_change(pod_uid)`, upon which the kubelet asks `status` and compares. The daemon may die at any
moment: a runtime that runs processes keeps them in a process of its own (the node agent) and answers as before afterwards.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class CRIError(Exception):
    """A call that the runtime refuses. `reason` is the waiting reason Kubernetes gives, such as CreateContainerError."""

    def __init__(self, message: str, reason: str = "CreateContainerError") -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Mount:
    """A host folder or file seen at `container_path`."""

    container_path: str
    host_path: str
    read_only: bool = False


@dataclass(frozen=True)
class SandboxConfig:
    """What the containers of a pod share. `directory` is the pod's own folder on the host, mode 0700, made by the kubelet."""

    pod_uid: str
    namespace: str
    name: str
    hostname: str
    directory: str
    hosts: str = ""  # the text of /etc/hosts
    resolv_conf: str = ""  # the text of /etc/resolv.conf
    host_network: bool = False
    host_pid: bool = False
    share_process_namespace: bool = False
    host_ports: tuple[tuple[int, int, str], ...] = ()  # (host port, container port, TCP or UDP)


@dataclass(frozen=True)
class ContainerConfig:
    """One container to start. `attempt` counts restarts from 0; the id is `<pod uid>/<name>/<attempt>`."""

    pod_uid: str
    name: str
    attempt: int
    image: str
    command: tuple[str, ...]  # already resolved: the image's entry point or the pod's command, with its arguments
    env: Mapping[str, str]
    working_dir: str
    log_path: str  # CRI format; the runtime creates it with mode 0600 and rotates it at log_max_bytes into `<log_path>.<n>`
    mounts: tuple[Mount, ...] = ()
    log_max_bytes: int = 10 * 1024 * 1024
    log_max_files: int = 5  # the present one included
    termination_log: str = ""  # host path of the file behind terminationMessagePath
    termination_message_path: str = "/dev/termination-log"
    memory_limit: int | None = None  # bytes
    cpu_limit: float | None = None  # cores
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False
    run_as_user: int | None = None
    run_as_group: int | None = None
    supplemental_groups: tuple[int, ...] = ()
    read_only_root: bool = False
    stop_signal: str = "SIGTERM"
    image_root: str = ""  # a host folder whose files lie over the host's own in the container's root
    capabilities: tuple[str, ...] = ("ALL",)  # without CAP_, where the runtime isolates
    no_new_privileges: bool = False
    target: str = ""  # the container of the pod whose processes this one sees and shares, where the runtime isolates
    program: Mapping[str, str] = field(default_factory=dict)  # what the image catalogue says of the image, for the fake runtime

    @property
    def id(self) -> str:
        """The container's id, unique on the node."""
        return f"{self.pod_uid}/{self.name}/{self.attempt}"


@dataclass(frozen=True)
class ContainerStatus:
    """What became of a container. Times are seconds since the epoch, 0 where it has not happened."""

    id: str
    pod_uid: str
    name: str
    attempt: int
    image: str
    state: str  # created, running or exited
    pid: int = 0
    created_at: float = 0.0
    started_at: float = 0.0
    finished_at: float = 0.0
    exit_code: int = 0
    signal: int = 0
    reason: str = ""  # of an exited one: Completed, Error, OOMKilled, StartError, Unknown (lost with its agent)
    message: str = ""  # of a StartError: the runtime's words
    log_path: str = ""


@dataclass(frozen=True)
class SandboxStatus:
    """A pod's sandbox. `ip` is "" until it has one."""

    pod_uid: str
    namespace: str
    name: str
    state: str  # ready or stopped
    ip: str
    created_at: float
    containers: tuple[ContainerStatus, ...] = ()


@dataclass(frozen=True)
class ContainerStats:
    """Measured use of one running container, now and some seconds `before`; a young one's start counts as measured."""

    pod_uid: str
    name: str
    cpu_seconds: float  # since its start
    memory_bytes: int  # working set
    at: float
    cpu_seconds_before: float
    before: float


@dataclass(frozen=True)
class ExecResult:
    """What a command run to its end gave."""

    exit_code: int
    stdout: bytes
    stderr: bytes


class Stream(Protocol):
    """An open exec, attach or port-forward: a local socket, and for exec its end.

    For exec and attach the socket carries frames (`minikube_py.cri.frames`): channel byte, 4-byte big-endian length, data;
    channels 0 stdin, 1 stdout, 2 stderr, 3 the end of the command or attached container as JSON `{"exitCode": n}` or
    `{"error": text}`, 4 resize as JSON `{"Width": w, "Height": h}`; an empty stdin frame closes stdin. For port-forward it is
    the raw connection.
    """

    def fileno(self) -> int: ...

    def close(self) -> None: ...


class Runtime(Protocol):
    """What runs pods. `shortfall` tells a pod's owner what this runtime cannot do for it, "" where there is nothing to tell.

    One that runs no processes only lets pods go through their phases: probes and hooks of its containers go well.
    """

    name: str
    runs_processes: bool
    shortfall: str

    def start(self, on_change: Callable[[str], None]) -> None:
        """Begin; `on_change(pod_uid)` may then be called from any thread when a pod's containers changed."""

    def close(self) -> None:
        """Let go of the runtime without ending anything that it runs."""

    def shutdown(self) -> None:
        """End everything it runs, and itself."""

    def ensure_sandbox(self, config: SandboxConfig) -> SandboxStatus:
        """Make the pod's sandbox, or return the one it has. Raises CRIError."""

    def stop_sandbox(self, pod_uid: str) -> None:
        """Kill what still runs in the sandbox and free its address. Unknown pods are no error."""

    def remove_sandbox(self, pod_uid: str) -> None:
        """Forget the sandbox and its containers; log files stay, the kubelet owns the pod's folder."""

    def start_container(self, config: ContainerConfig) -> None:
        """Start a container; a program that cannot be started becomes an exited one with StartError, exit code 128 or 127."""

    def stop_container(self, container_id: str, grace_seconds: float) -> None:
        """Send the stop signal now and SIGKILL to its whole session after the grace period. Returns at once."""

    def update_container(self, container_id: str, memory_limit: int | None) -> None:
        """Give a running container another memory limit, in bytes. One that does not run is no error."""

    def remove_container(self, container_id: str) -> None:
        """Forget an exited container."""

    def status(self, pod_uid: str) -> SandboxStatus | None:
        """Return the sandbox with its containers, oldest first, or None."""

    def list(self) -> list[SandboxStatus]:
        """Return every sandbox with its containers."""

    def exec_sync(self, container_id: str, command: Sequence[str], timeout: float) -> ExecResult:
        """Run a command in a running container and wait. Raises TimeoutError, CRIError. May block: not for the main loop."""

    def exec(self, container_id: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Stream:
        """Run a command with its streams open."""

    def attach(self, container_id: str, *, stdin: bool, tty: bool) -> Stream:
        """Join a running container's own streams."""

    def port_forward(self, pod_uid: str, port: int) -> socket.socket:
        """Connect to a port of the pod. Raises ConnectionError with the system's words."""

    def dial(self, pod_uid: str, port: int, timeout: float) -> socket.socket:
        """Connect to a port as a probe does, at the pod's address. Raises ConnectionError, TimeoutError."""

    def stats(self) -> Sequence[ContainerStats]:
        """Measure what runs now."""
