"""Pods for tests of verbs that reach into them, and streams that play what a container would do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from minikube_py.client.request import Request
from minikube_py.client.streams import End, LogRequest, Output, StreamError
from minikube_py.component_base.clock import FakeClock
from minikube_py.component_base.poke import Listener
from tests.kubectl.cmd.conftest import Cluster

Object = dict[str, Any]
STARTED = "2023-11-14T22:00:00Z"


def create_pod(cluster: Cluster, name: str, containers: Sequence[str] = ("main",), **spec: Any) -> Object:
    """Create a bound pod without a status of its containers. `labels` and `annotations` go to its metadata."""
    metadata = {"name": name, "labels": spec.pop("labels", {}), "annotations": spec.pop("annotations", {})}
    listed = [{"name": c, "image": "busybox", "ports": spec.get("ports", [])} for c in containers]
    spec.pop("ports", None)
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": listed, "nodeName": "minikube", **spec},
    }
    return cluster.create("", "pods", body, "default")


def set_status(cluster: Cluster, name: str, phase: str = "Running", *, restarts: int = 0, **fields: Any) -> Object:
    """Write a pod's status: all its containers run, or have ended where the phase says so."""
    pod = cluster.get("pods", name)
    running = {"running": {"startedAt": STARTED}}
    ended = {"terminated": {"exitCode": int(phase == "Failed"), "reason": "Error" if phase == "Failed" else "Completed"}}
    ended["terminated"]["containerID"] = "containerd://1"
    state = running if phase == "Running" else ended
    statuses = [
        {"name": c["name"], "state": state, "restartCount": restarts, "image": "busybox", "imageID": "", "ready": True}
        for c in pod["spec"]["containers"]
    ]
    ready = {"type": "Ready", "status": "True" if phase == "Running" else "False", "lastTransitionTime": STARTED}
    pod["status"] = {"phase": phase, "containerStatuses": statuses, "conditions": [ready], **fields}
    request = Request("update", "", "v1", "pods", "default", name, "status", body=pod)
    updated: Object = cluster.server.handle(request).object
    return updated


def write_log(folder: Path, pod: Object, container: str, text: str, attempt: int = 0) -> None:
    """Write a container's log in CRI format, a line a second from 22:13:00 on."""
    path = folder / "pods" / pod["metadata"]["uid"] / "logs" / container / f"{attempt}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"2023-11-14T22:13:{number:02d}Z stdout F {line}\n" for number, line in enumerate(text.splitlines())]
    path.write_text("".join(lines))


class PlayedStream:
    """A stream that gives its events once all input that is to come has come."""

    def __init__(self, events: Sequence[Output | End], *, stdin: bool) -> None:
        self._events, self._open = list(events), stdin
        self._ours, self._theirs = socket.socketpair()
        self._theirs.send(b"!")
        self.received = b""
        self.closed = False
        self.pending = 0

    def fileno(self) -> int:
        return self._ours.fileno()

    def flush(self) -> None: ...

    def read(self) -> list[Output | End]:
        if self._open or not self._events:
            return []
        events, self._events = self._events, []
        return events

    def write_stdin(self, data: bytes) -> None:
        self.received += data

    def close_stdin(self) -> None:
        self._open = False

    def resize(self, columns: int, rows: int) -> None: ...

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()
        self.closed = True


class PlayedStreams:
    """Plays `events` for every exec and attach, and remembers what was asked for."""

    def __init__(self, *events: Output | End, error: Exception | None = None, log: bytes = b"") -> None:
        self._events, self._error, self._log = events, error, log
        self.calls: list[tuple[Any, ...]] = []
        self.opened: list[PlayedStream] = []

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        return iter([self._log])

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], *, stdin: bool, tty: bool) -> PlayedStream:
        return self._play((namespace, pod, container, tuple(command), stdin, tty), stdin=stdin)

    def attach(self, namespace: str, pod: str, container: str, *, stdin: bool, tty: bool, replay: bool = False) -> PlayedStream:
        return self._play((namespace, pod, container, stdin, tty, replay), stdin=stdin)

    def _play(self, call: tuple[Any, ...], *, stdin: bool) -> PlayedStream:
        self.calls.append(call)
        if self._error is not None:
            raise self._error
        self.opened.append(PlayedStream(self._events, stdin=stdin))
        return self.opened[-1]

    def open_port_forward(self, namespace: str, pod: str) -> Callable[[int], socket.socket]:
        def refuse(port: int) -> socket.socket:
            raise StreamError(f"error forwarding port {port} to pod {pod}, uid : connection refused")

        return refuse


class Impatient(Listener):
    """Lets an hour pass whenever a watch looks, so that it times out at once."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        super().__init__(folder, "impatient")
        self._clock = clock

    def drain(self) -> bool:
        self._clock.advance(3600)
        return super().drain()


def after_listing(cluster: Cluster, folder: Path, act: Callable[[], Any]) -> None:
    """Have `act` done as soon as a watch begins: after what was listed before it."""

    def listen() -> Listener:
        act()
        return Listener(folder / "pokes", "acting")

    cluster.listen = listen
