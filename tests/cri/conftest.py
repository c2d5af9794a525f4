"""A runtime with real processes, and waiting for what it reports."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from minikube_py.cri.frames import END, STDIN, FrameReader, encode_frame
from minikube_py.cri.process import ProcessRuntime
from minikube_py.cri.runtime import ContainerConfig, ContainerStatus, SandboxConfig, SandboxStatus

DEADLINE = 10.0


class Bench:
    """Starts pods on a runtime and waits for their changes."""

    def __init__(self, runtime: ProcessRuntime, directory: Path) -> None:
        self.runtime = runtime
        self.directory = directory
        self._changed = threading.Condition()
        runtime.start(self._on_change)

    def _on_change(self, _: str) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait(self, check: Callable[[], bool]) -> None:
        """Wait until a change makes `check` true; fail after the deadline."""
        with self._changed:
            assert self._changed.wait_for(check, DEADLINE), self.runtime.list()

    def sandbox(self, uid: str = "pod", **fields: Any) -> SandboxStatus:
        folder = self.directory / uid
        folder.mkdir(exist_ok=True)
        return self.runtime.ensure_sandbox(
            SandboxConfig(pod_uid=uid, namespace="default", name=uid, hostname=uid, directory=str(folder), **fields)
        )

    def config(self, *command: str, uid: str = "pod", name: str = "main", **fields: Any) -> ContainerConfig:
        env: Mapping[str, str] = fields.pop("env", {})
        return ContainerConfig(
            pod_uid=uid,
            name=name,
            attempt=fields.pop("attempt", 0),
            image="busybox",
            command=command,
            env=env,
            working_dir=fields.pop("working_dir", "/"),
            log_path=str(self.directory / "logs" / f"{uid}-{name}.log"),
            **fields,
        )

    def start(self, *command: str, **fields: Any) -> str:
        """Start a container in a sandbox that exists or not; return its id."""
        config = self.config(*command, **fields)
        if self.runtime.status(config.pod_uid) is None:
            self.sandbox(config.pod_uid)
        self.runtime.start_container(config)
        return config.id

    def container(self, container_id: str) -> ContainerStatus:
        sandbox = self.runtime.status(container_id.split("/")[0])
        assert sandbox is not None
        return next(one for one in sandbox.containers if one.id == container_id)

    def wait_for(self, container_id: str, state: str) -> ContainerStatus:
        self.wait(lambda: self.container(container_id).state == state)
        return self.container(container_id)

    def run(self, *command: str, **fields: Any) -> ContainerStatus:
        """Run a container to its end."""
        return self.wait_for(self.start(*command, **fields), "exited")

    def log(self, container_id: str) -> str:
        return "\n".join(line.split(" ", 3)[3] for line in Path(self.container(container_id).log_path).read_text().splitlines())

    def wait_for_log(self, container_id: str, text: str) -> None:
        """Wait until a container has printed something, by attaching to it."""
        with self.runtime.attach(container_id, stdin=False, tty=False) as stream:
            if text not in self.log(container_id):
                read_until(stream, text.encode())


def read_until(stream: socket.socket, text: bytes) -> bytes:
    """Read frames until their output contains `text`."""
    stream.settimeout(DEADLINE)
    reader = FrameReader()
    output = b""
    while text not in output:
        data = stream.recv(65536)
        assert data, output
        output += b"".join(payload for _, payload in reader.feed(data))
    return output


def converse(stream: socket.socket, text: bytes = b"") -> tuple[bytes, Any]:
    """Send all of stdin, then read to the end: (output, the END frame)."""
    stream.settimeout(DEADLINE)
    with contextlib.suppress(BrokenPipeError):  # the other side may have ended already
        if text:
            stream.sendall(encode_frame(STDIN, text))
        stream.sendall(encode_frame(STDIN, b""))
    reader = FrameReader()
    output = b""
    while True:
        data = stream.recv(65536)
        assert data, output
        for channel, payload in reader.feed(data):
            if channel == END:
                return output, json.loads(payload)
            output += payload


@contextlib.contextmanager
def watched(pids: Iterable[int]) -> Iterator[Callable[[], None]]:
    """Hold on to processes that live now; the given function waits until all have ended (Linux)."""
    descriptors = [os.pidfd_open(pid) for pid in pids]

    def wait() -> None:
        for descriptor in descriptors:
            assert select.select([descriptor], [], [], DEADLINE)[0], "a process lives on"

    try:
        yield wait
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    runtime = ProcessRuntime(str(tmp_path / "agent"))
    try:
        yield Bench(runtime, tmp_path)
    finally:
        runtime.shutdown()
