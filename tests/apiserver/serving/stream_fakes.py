"""Pods' streams without pods: a command whose every move the test makes, a pod whose ports are sockets of the test's."""

from __future__ import annotations

import contextlib
import queue
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from minikube_py.client.streams import STDOUT, End, LogRequest, Output, Stream, StreamError

PATIENCE = 20.0
CHUNK = 64 << 10


class Opening(NamedTuple):
    """How a stream was asked for."""

    pod: str
    container: str
    command: tuple[str, ...] | None  # None is attach
    stdin: bool
    tty: bool


class FakeCommand:
    """A running command as the API server sees it (client.streams.Stream), and the test's hand in it.

    What the server does to it comes one by one out of `take`: bytes of input, "eof", sizes, "closed".
    """

    def __init__(self) -> None:
        self._server, self._test = socket.socketpair()
        self._server.setblocking(False)
        self._happened: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Output | End] = queue.SimpleQueue()
        self._held = 0
        self.most_held = 0
        self.holds = False  # input waits until it is flushed
        self.is_closed = False

    def say(self, data: bytes, channel: int = STDOUT) -> None:
        """Write output."""
        self._happens(Output(channel, data))

    def end(self, code: int = 0, error: str = "") -> None:
        """End as a command does."""
        self._happens(End(code, error))

    def _happens(self, event: Output | End) -> None:
        self._events.put(event)
        self._test.send(b"!")

    def take(self) -> Any:
        """Return what happened to it next."""
        return self._happened.get(timeout=PATIENCE)

    def take_input(self, size: int) -> bytes:
        """Return input until there is so much of it."""
        got = b""
        while len(got) < size:
            got += self.take()
        return got

    def discard(self) -> None:
        """Let go of what the test holds."""
        self._test.close()
        self._server.close()

    # -- what the server calls

    def fileno(self) -> int:
        return self._server.fileno()

    @property
    def pending(self) -> int:
        return self._held

    def flush(self) -> None:
        self._held = 0

    def read(self) -> list[Output | End]:
        with contextlib.suppress(BlockingIOError):
            self._server.recv(CHUNK)
        found: list[Output | End] = []
        while not self._events.empty():
            found.append(self._events.get_nowait())
        return found

    def write_stdin(self, data: bytes) -> None:
        if self.holds:
            self._held += len(data)
            self.most_held = max(self.most_held, self._held)
        self._happened.put(data)

    def close_stdin(self) -> None:
        self._happened.put("eof")

    def resize(self, columns: int, rows: int) -> None:
        self._happened.put((columns, rows))

    def close(self) -> None:
        if not self.is_closed:
            self._happened.put("closed")
        self.is_closed = True


class FakePod:
    """The streams of a cluster with one pod (client.streams.PodStreams). `refusal` is why nothing can be opened."""

    def __init__(self) -> None:
        self.openings: list[Opening] = []
        self.commands: queue.SimpleQueue[FakeCommand] = queue.SimpleQueue()
        self.connections: queue.SimpleQueue[tuple[int, socket.socket]] = queue.SimpleQueue()
        self.refusal: StreamError | None = None
        self.refused_ports = {9: "connection refused"}
        self._all: list[FakeCommand | socket.socket] = []

    def next_command(self) -> FakeCommand:
        """Return the command that was started or joined next."""
        return self.commands.get(timeout=PATIENCE)

    def next_connection(self) -> tuple[int, socket.socket]:
        """Return the port that was connected to next, and the pod's end of the connection."""
        return self.connections.get(timeout=PATIENCE)

    def discard(self) -> None:
        """Close what is left."""
        for one in self._all:
            one.discard() if isinstance(one, FakeCommand) else one.close()

    def _open(self, opening: Opening) -> Stream:
        if self.refusal is not None:
            raise self.refusal
        self.openings.append(opening)
        command = FakeCommand()
        self._all.append(command)
        self.commands.put(command)
        return command

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Stream:
        return self._open(Opening(pod, container, tuple(command), stdin, tty))

    def attach(self, namespace: str, pod: str, container: str, *, stdin: bool, tty: bool, replay: bool = False) -> Stream:
        return self._open(Opening(pod, container, None, stdin, tty))

    def open_port_forward(self, namespace: str, pod: str) -> Callable[[int], socket.socket]:
        if self.refusal is not None:
            raise self.refusal

        def dial(port: int) -> socket.socket:
            if port in self.refused_ports:
                raise StreamError(self.refused_ports[port])
            servers, pods = socket.socketpair()
            pods.settimeout(PATIENCE)
            self._all.append(pods)
            self.connections.put((port, pods))
            return servers

        return dial

    def port_forward(self, namespace: str, pod: str, port: int) -> socket.socket:
        return self.open_port_forward(namespace, pod)(port)

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        return iter(())
