"""The agent's side of exec and attach: frames of a client to and from a process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from minikube_py.cri.agent.connection import Connection
from minikube_py.cri.agent.container import Container
from minikube_py.cri.agent.loop import Loop, Timer
from minikube_py.cri.agent.program import EXEC_FAILED
from minikube_py.cri.agent.streams import Streams
from minikube_py.cri.frames import END, RESIZE, STDIN

_INPUT_HIGH_WATER = 256 * 1024


class ExecEnd:
    """A command run in a container: tells the client its output and its end."""

    def __init__(self, connection: Connection, container: Container, loop: Loop, *, stdin: bool, tty: bool) -> None:
        self._connection = connection
        self._container = container
        self._loop = loop
        self._pid = 0
        self._timer: Timer | None = None
        self._timed_out = False
        self.streams = Streams(loop, stdin=stdin, tty=tty, on_output=self._output)
        _hold_back(connection, self.streams)

    def limit(self, seconds: float, kill: Callable[[], None]) -> None:
        """Have the command killed after `seconds`."""

        def expire() -> None:
            self._timed_out = True
            kill()

        self._timer = self._loop.call_later(seconds, expire)

    def started(self, pid: int) -> None:
        """The command runs."""
        self._pid = pid
        self._container.execs.add(pid)

    def failed(self, text: str) -> None:
        """The command cannot be started."""
        self._finish({"error": EXEC_FAILED.format(os.urandom(32).hex(), text)})

    def exited(self, status: int) -> None:
        """The command has ended."""
        self._container.execs.discard(self._pid)
        code = os.waitstatus_to_exitcode(status)
        self._finish({"exitCode": code if code >= 0 else 128 - code, "timedOut": self._timed_out})

    def frame(self, channel: int, data: bytes) -> None:
        """Take a frame of the client."""
        take_frame(self._connection, self.streams, channel, data)

    def drained(self) -> None:
        """The client has caught up."""
        for output in self.streams.outputs:
            output.resume()

    def disconnected(self) -> None:
        """The client went away; the command gets end of file, SIGPIPE or a hang-up, as on a real node it is not killed."""
        self.streams.close()

    def _output(self, channel: int, data: bytes) -> None:
        self._connection.send_frame(channel, data)
        if self._connection.congested:
            for output in self.streams.outputs:
                output.pause()

    def _finish(self, end: dict[str, object]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.streams.drain()
        self._connection.send_frame(END, json.dumps(end).encode())
        self._connection.end()


class AttachEnd:
    """A client listening to a container's own streams."""

    def __init__(self, connection: Connection, container: Container, *, stdin: bool) -> None:
        self._connection = connection
        self._container = container
        self._stdin = stdin and bool(container.config["stdin"])
        container.listeners.append(connection)
        if self._stdin:
            _hold_back(connection, container.streams)

    def frame(self, channel: int, data: bytes) -> None:
        """Take a frame of the client. The container's stdin closes with it only if it is `stdin_once`."""
        if channel == STDIN and not self._stdin:
            return
        if channel == STDIN and not data:
            self._leave_input()
            return
        take_frame(self._connection, self._container.streams, channel, data)

    def drained(self) -> None:
        """The client has caught up; a container never waits for its listeners."""

    def disconnected(self) -> None:
        """The client went away."""
        if self._connection in self._container.listeners:
            self._container.listeners.remove(self._connection)
        if self._stdin:
            self._leave_input()

    def _leave_input(self) -> None:
        if self._container.config["stdin_once"]:
            self._container.streams.end_input()


def take_frame(connection: Connection, streams: Streams, channel: int, data: bytes) -> None:
    """Pass a client's frame on to a process."""
    if channel == RESIZE:
        size = json.loads(data)
        streams.resize(int(size["Width"]), int(size["Height"]))
    elif channel == STDIN and not data:
        streams.end_input()
    elif channel == STDIN and streams.input is not None:
        streams.input.write(data)
        if streams.input.waiting > _INPUT_HIGH_WATER:
            connection.pause()


def _hold_back(connection: Connection, streams: Streams) -> None:
    """Let the client's reading go on when the process has taken what waited."""
    if streams.input is not None:
        streams.input.on_drained = connection.resume
