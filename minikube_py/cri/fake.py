"""The fake runtime: pods go through their phases without any process, at once and in order. For scale, and for tests.

A container whose image the catalogue says ends by itself (`program["exits"]` is its exit code) ends `RUN_SECONDS` after its
start; all others run until they are stopped. What needs a process (exec, attach, port-forward) is refused.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import NoReturn

from minikube_py.component_base.clock import Clock
from minikube_py.cri.runtime import (
    ContainerConfig,
    ContainerStats,
    ContainerStatus,
    CRIError,
    ExecResult,
    SandboxConfig,
    SandboxStatus,
    Stream,
)

RUN_SECONDS = 1.0

Schedule = Callable[[float, Callable[[], None]], object]


class FakeRuntime:
    """Keeps states only. `schedule(seconds, call)` calls later, on a thread of its owner's choice; see `Runtime`."""

    name = "fake"
    runs_processes = False
    shortfall = ""

    def __init__(self, clock: Clock, schedule: Schedule) -> None:
        self._clock = clock
        self._schedule = schedule
        self._on_change: Callable[[str], None] = lambda _: None
        self._sandboxes: dict[str, SandboxStatus] = {}
        self._addresses = count(2)

    def start(self, on_change: Callable[[str], None]) -> None:
        """Begin; `on_change` is called from within the calls that change something."""
        self._on_change = on_change

    def close(self) -> None:
        """Stop notifying."""
        self._on_change = lambda _: None

    def shutdown(self) -> None:
        """Forget everything."""
        self.close()
        self._sandboxes.clear()

    def ensure_sandbox(self, config: SandboxConfig) -> SandboxStatus:
        """Make the pod's sandbox with an address of 10.244.0.0/16."""
        known = self._sandboxes.get(config.pod_uid)
        if known is None or known.state == "stopped":
            containers = () if known is None else known.containers
            known = SandboxStatus(
                config.pod_uid, config.namespace, config.name, "ready", self._new_address(), self._clock.now(), containers
            )
            self._sandboxes[config.pod_uid] = known
        return known

    def stop_sandbox(self, pod_uid: str) -> None:
        """End the pod's containers."""
        sandbox = self._sandboxes.get(pod_uid)
        if sandbox is None or sandbox.state == "stopped":
            return
        ended = tuple(self._end(one, 137) if one.state != "exited" else one for one in sandbox.containers)
        self._change(replace(sandbox, state="stopped", containers=ended))

    def remove_sandbox(self, pod_uid: str) -> None:
        """Forget the pod."""
        self._sandboxes.pop(pod_uid, None)

    def start_container(self, config: ContainerConfig) -> None:
        """Make a container run; it ends by itself if its program does."""
        sandbox = self._sandboxes.get(config.pod_uid)
        if sandbox is None or sandbox.state != "ready":
            raise CRIError(f"failed to find sandbox id {config.pod_uid!r}: not found")
        if any(one.id == config.id for one in sandbox.containers):
            return
        now = self._clock.now()
        container = ContainerStatus(
            id=config.id,
            pod_uid=config.pod_uid,
            name=config.name,
            attempt=config.attempt,
            image=config.image,
            state="running",
            created_at=now,
            started_at=now,
            log_path=config.log_path,
        )
        if "exits" in config.program:
            self._schedule(RUN_SECONDS, lambda: self.end(config.id, _read_exit_code(config.program)))
        self._change(replace(sandbox, containers=(*sandbox.containers, container)))

    def stop_container(self, container_id: str, grace_seconds: float) -> None:
        """End a container at once, with exit code 0."""
        self.end(container_id, 0)

    def update_container(self, container_id: str, memory_limit: int | None) -> None:
        """Do nothing: what has no processes uses no memory."""

    def remove_container(self, container_id: str) -> None:
        """Forget an exited container."""
        sandbox = self._sandboxes.get(container_id.split("/", 1)[0])
        if sandbox is not None:
            kept = tuple(one for one in sandbox.containers if one.id != container_id)
            if any(one.id == container_id and one.state != "exited" for one in sandbox.containers):
                raise CRIError(f"container {container_id!r} is running, stop it before removing it")
            self._sandboxes[sandbox.pod_uid] = replace(sandbox, containers=kept)

    def status(self, pod_uid: str) -> SandboxStatus | None:
        """Return the pod's sandbox with its containers."""
        return self._sandboxes.get(pod_uid)

    def exec_sync(self, container_id: str, command: Sequence[str], timeout: float) -> ExecResult:
        """Refuse."""
        _refuse("exec")

    def exec(self, container_id: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Stream:
        """Refuse."""
        _refuse("exec")

    def attach(self, container_id: str, *, stdin: bool, tty: bool) -> Stream:
        """Refuse."""
        _refuse("attach")

    def port_forward(self, pod_uid: str, port: int) -> socket.socket:
        """Refuse."""
        raise ConnectionRefusedError(_NO_PROCESS.format("port-forward"))

    def dial(self, pod_uid: str, port: int, timeout: float) -> socket.socket:
        """Refuse."""
        raise ConnectionRefusedError(_NO_PROCESS.format("dial"))

    def stats(self) -> Sequence[ContainerStats]:
        """Return nothing: nothing is used."""
        return []

    def list(self) -> list[SandboxStatus]:
        """Return every sandbox."""
        return list(self._sandboxes.values())

    def end(self, container_id: str, exit_code: int) -> None:
        """Let a container that runs end by itself."""
        sandbox = self._sandboxes.get(container_id.split("/", 1)[0])
        if sandbox is None or not any(one.id == container_id and one.state == "running" for one in sandbox.containers):
            return
        containers = (self._end(one, exit_code) if one.id == container_id else one for one in sandbox.containers)
        self._change(replace(sandbox, containers=tuple(containers)))

    def _end(self, container: ContainerStatus, exit_code: int) -> ContainerStatus:
        reason = "Error" if exit_code else "Completed"
        return replace(container, state="exited", exit_code=exit_code, reason=reason, finished_at=self._clock.now())

    def _change(self, sandbox: SandboxStatus) -> None:
        self._sandboxes[sandbox.pod_uid] = sandbox
        self._on_change(sandbox.pod_uid)

    def _new_address(self) -> str:
        number = next(self._addresses) % 65534
        return f"10.244.{number >> 8}.{number & 255}"


_NO_PROCESS = "{}: the fake runtime runs no processes (start the cluster with --runtime=process or sandbox)"


def _refuse(what: str) -> NoReturn:
    raise CRIError(_NO_PROCESS.format(what))


def _read_exit_code(program: Mapping[str, str]) -> int:
    return int(program["exits"])
