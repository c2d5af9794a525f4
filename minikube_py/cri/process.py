"""The process runtime: containers are host processes, owned by a node agent that outlives the daemon. No isolation.

Each pod has a loopback address of its own for programs that are told where to bind. Volumes are shown by rewriting mounted
paths in commands, arguments and environment values to host paths (`minikube_py.cri.mount_paths`).
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from minikube_py.apimachinery.addresses import LOOPBACK_PODS
from minikube_py.cri.agent_client import AgentClient
from minikube_py.cri.frames import END, STDERR, STDOUT, FrameReader
from minikube_py.cri.runtime import (
    ContainerConfig,
    ContainerStats,
    ContainerStatus,
    CRIError,
    ExecResult,
    SandboxConfig,
    SandboxStatus,
)

_MAX_EXEC_OUTPUT = 16 << 20  # as containerd caps it
_SLACK_SECONDS = 5.0  # by which the agent's own clock goes first
_NO_FIELD = ("start_ticks",)
_TIMES = ("created_at", "started_at", "finished_at")


class ProcessRuntime:
    """Runs pods as host processes through the node agent of `directory`. See `Runtime` for the calls."""

    name = "process"
    runs_processes = True
    shortfall = (
        "pods are plain processes of this machine here: files, process ids and the host name are shared, and who binds 0.0.0.0 takes "
        "the port from every other pod; bind $MINIKUBE_PY_BIND, or use the sandbox runtime"
    )

    def __init__(self, directory: str, subnet: str = LOOPBACK_PODS, visible: tuple[str, ...] = ()) -> None:
        self._agent = AgentClient(directory, [self.name, subnet, *visible])
        self.tell_time: Callable[[float], float] = lambda real: real
        """What the cluster's clock showed at a time of the machine, by which the agent measures."""

    def start(self, on_change: Callable[[str], None]) -> None:
        """Reach the node agent, or start it."""
        self._agent.start(on_change)

    def close(self) -> None:
        """Let go of the agent."""
        self._agent.close()

    def shutdown(self) -> None:
        """End everything and the agent; returns when it has ended."""
        self._agent.shutdown()

    def ensure_sandbox(self, config: SandboxConfig) -> SandboxStatus:
        """Make the pod's sandbox."""
        return self._make_status(self._agent.call("ensure_sandbox", asdict(config)))

    def stop_sandbox(self, pod_uid: str) -> None:
        """Kill what runs in the sandbox."""
        self._agent.call("stop_sandbox", pod_uid)

    def remove_sandbox(self, pod_uid: str) -> None:
        """Forget the sandbox."""
        self._agent.call("remove_sandbox", pod_uid)

    def start_container(self, config: ContainerConfig) -> None:
        """Start a container."""
        self._agent.call("start_container", asdict(config))

    def stop_container(self, container_id: str, grace_seconds: float) -> None:
        """Stop a container."""
        self._agent.call("stop_container", container_id, grace_seconds)

    def update_container(self, container_id: str, memory_limit: int | None) -> None:
        """Give a running container another memory limit."""
        self._agent.call("update_container", container_id, memory_limit)

    def remove_container(self, container_id: str) -> None:
        """Forget an exited container."""
        self._agent.call("remove_container", container_id)

    def status(self, pod_uid: str) -> SandboxStatus | None:
        """Return the pod's sandbox with its containers."""
        found = self._agent.call("status", pod_uid)
        return None if found is None else self._make_status(found)

    def list(self) -> list[SandboxStatus]:
        """Return every sandbox."""
        return [self._make_status(one) for one in self._agent.call("list")]

    def exec_sync(self, container_id: str, command: Sequence[str], timeout: float) -> ExecResult:
        """Run a command to its end; after `timeout` (0: none) it is killed with all it started."""
        request = _exec_request(container_id, command, stdin=False, tty=False)
        with self._agent.open_stream({**request, "timeout": timeout}) as stream:
            stream.settimeout(timeout + _SLACK_SECONDS if timeout else None)
            return _collect(stream, timeout)

    def exec(self, container_id: str, command: Sequence[str], *, stdin: bool, tty: bool) -> socket.socket:
        """Run a command with its streams open."""
        return self._agent.open_stream(_exec_request(container_id, command, stdin=stdin, tty=tty))

    def attach(self, container_id: str, *, stdin: bool, tty: bool) -> socket.socket:
        """Join a container's streams; frames END with its exit code when it ends."""
        return self.attach_after(container_id, stdin=stdin, tty=tty)[0]

    def attach_after(self, container_id: str, *, stdin: bool, tty: bool) -> tuple[socket.socket, int]:
        """Join a container's streams; also return how many bytes of its present log file were written before."""
        request = {"op": "attach", "container_id": container_id, "stdin": stdin, "tty": tty}
        connection, logged = self._agent.open_answered_stream(request)
        return connection, int(logged)

    def port_forward(self, pod_uid: str, port: int) -> socket.socket:
        """Connect to a port of the pod."""
        return self._dial(pod_uid, port, 10.0, local=True)

    def dial(self, pod_uid: str, port: int, timeout: float) -> socket.socket:
        """Connect to a port of the pod."""
        return self._dial(pod_uid, port, timeout, local=False)

    def _dial(self, pod_uid: str, port: int, timeout: float, *, local: bool) -> socket.socket:
        request = {"op": "dial", "pod_uid": pod_uid, "port": port, "timeout": timeout, "local": local}
        addresses, connected = self._agent.ask_descriptor(request)
        if connected is not None:
            return connected
        refusal: OSError = ConnectionRefusedError("connection refused")
        for address in addresses:
            try:
                stream = socket.create_connection((address, port), timeout)
            except OSError as error:
                refusal = error
                continue
            stream.settimeout(None)
            return stream
        if isinstance(refusal, ConnectionError | TimeoutError):
            raise refusal
        raise ConnectionError(refusal.errno, refusal.strerror)

    def _make_status(self, found: Mapping[str, Any]) -> SandboxStatus:
        containers = tuple(ContainerStatus(**self._tell_times(one)) for one in found["containers"])
        return SandboxStatus(**{**self._tell_times(found), "containers": containers})

    def _tell_times(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return an answer of the agent with the cluster's times, without what only the agent needs."""
        kept = {name: value for name, value in found.items() if name not in _NO_FIELD}
        return kept | {name: self.tell_time(kept[name]) for name in _TIMES if name in kept}

    def stats(self) -> Sequence[ContainerStats]:
        """Measure what runs now."""
        return [ContainerStats(**one) for one in self._agent.call("stats")]


def _exec_request(container_id: str, command: Sequence[str], *, stdin: bool, tty: bool) -> dict[str, Any]:
    return {"op": "exec", "container_id": container_id, "command": list(command), "stdin": stdin, "tty": tty}


def _collect(stream: socket.socket, timeout: float) -> ExecResult:
    """Read an exec stream to its end."""
    output = {STDOUT: bytearray(), STDERR: bytearray()}
    reader = FrameReader()
    while data := stream.recv(65536):
        for channel, payload in reader.feed(data):
            if channel == END:
                return _conclude(json.loads(payload), output, timeout)
            if len(output[channel]) < _MAX_EXEC_OUTPUT:
                output[channel] += payload
    raise CRIError("the node agent ended before the command did")


def _conclude(end: Mapping[str, Any], output: Mapping[int, bytearray], timeout: float) -> ExecResult:
    if "error" in end:
        raise CRIError(end["error"])
    if end["timedOut"]:
        raise TimeoutError(f"command timed out after {timeout:g}s")
    return ExecResult(int(end["exitCode"]), bytes(output[STDOUT]), bytes(output[STDERR]))
