"""A runtime's side of the node agent's socket: starts the agent, calls it, and finds the next one when it died."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from minikube_py.component_base.sockets import receive_exactly
from minikube_py.cri.agent.messages import encode_message
from minikube_py.cri.runtime import CRIError

_SOCKET = "agent.sock"
_SOCKET_PATH_MAX = 100
_ATTEMPTS = 3
_SECONDS_TO_CLOSE = 5.0


class AgentClient:
    """Calls the node agent of a folder. Safe for many threads."""

    def __init__(self, directory: str, arguments: Sequence[str]) -> None:
        self._directory = os.path.abspath(directory)
        self._arguments = arguments
        self._lock = threading.Lock()
        self._calls: socket.socket | None = None
        self._events: socket.socket | None = None
        self._listener: threading.Thread | None = None
        self._closed = False
        self._on_change: Callable[[str], None] = lambda _: None
        self._last_id = 0

    def start(self, on_change: Callable[[str], None]) -> None:
        """Reach or start the agent, and pass on its notifications from a thread of their own. Raises CRIError."""
        self._on_change = on_change
        self._events = self._open({"op": "subscribe"})[0]
        self._listener = threading.Thread(target=self._listen, args=(self._events,), name="cri-events", daemon=True)
        self._listener.start()

    def call(self, op: str, *args: object) -> Any:
        """Ask the agent; a call that its end cut short is asked again of the next one. Raises CRIError, ConnectionError."""
        with self._lock:
            result = self._call_locked(op, args)
            if self._listener is not None and not self._listener.is_alive() and not self._closed:
                self.start(self._on_change)
            return result

    def _call_locked(self, op: str, args: tuple[object, ...]) -> Any:
        for attempt in range(_ATTEMPTS):
            try:
                if self._calls is None:
                    self._calls = self._connect()
                return self._ask(self._calls, {"op": op, "args": args})
            except OSError as error:
                self._drop_calls()
                if attempt == _ATTEMPTS - 1:
                    raise CRIError(f"node agent does not answer: {error}") from error
        raise AssertionError

    def open_stream(self, request: dict[str, Any]) -> socket.socket:
        """Ask for a stream; return the connection that has become it. Raises CRIError."""
        return self._open(request)[0]

    def open_answered_stream(self, request: dict[str, Any]) -> tuple[socket.socket, Any]:
        """Ask for a stream; return the connection that has become it, and what the agent answered. Raises CRIError."""
        return self._open(request)

    def ask_descriptor(self, request: dict[str, Any]) -> tuple[Any, socket.socket | None]:
        """Ask for a socket that the agent makes; return (result, the socket if it made one). Raises OSError, CRIError."""
        with self._connect() as sock:
            sock.sendall(encode_message({"id": 0, **request}))
            data, descriptors, _, _ = socket.recv_fds(sock, 4, 1)
            result = _unwrap(_read_body(sock, data + _read_exactly(sock, 4 - len(data))))
        return result, socket.socket(fileno=descriptors[0]) if descriptors else None

    def close(self) -> None:
        """Let go of the agent; it goes on."""
        self._closed = True
        with self._lock:
            self._drop_calls()
        if self._events is not None:
            with contextlib.suppress(OSError):
                self._events.shutdown(socket.SHUT_RDWR)
        # It may be just about to look for the next agent: wait until it has seen that it need not.
        if self._listener is not None and self._listener is not threading.current_thread():
            self._listener.join(_SECONDS_TO_CLOSE)

    def shutdown(self) -> None:
        """End the agent with all it runs, and wait until it has. Starts none."""
        self.close()
        with contextlib.suppress(OSError), self._connect_running() as sock:
            self._ask(sock, {"op": "shutdown"})
            while sock.recv(4096):
                pass

    def _listen(self, events: socket.socket | None) -> None:
        """Pass on notifications; when the agent died, find the next one, which may have changed everything."""
        while events is not None:
            try:
                while not self._closed:
                    self._on_change(str(_read_message(events)["changed"]))
            except OSError:
                pass
            events.close()
            events = self._events = None if self._closed else self._resubscribe()

    def _resubscribe(self) -> socket.socket | None:
        """Subscribe to the next agent; without one, the next call that gets through does it again."""
        try:
            events = self._open({"op": "subscribe"})[0]
        except (CRIError, OSError):
            return None
        try:
            for sandbox in self._ask_once("list"):
                self._on_change(sandbox["pod_uid"])
        except (CRIError, OSError):
            events.close()
            return None
        return events

    def _ask_once(self, op: str) -> Any:
        with self._connect() as sock:
            return self._ask(sock, {"op": op, "args": ()})

    def _open(self, request: dict[str, Any]) -> tuple[socket.socket, Any]:
        sock = self._connect()
        try:
            return sock, self._ask(sock, request)
        except BaseException:
            sock.close()
            raise

    def _ask(self, sock: socket.socket, request: dict[str, Any]) -> Any:
        self._last_id += 1
        sock.sendall(encode_message({"id": self._last_id, **request}))
        return _unwrap(_read_message(sock))

    def _drop_calls(self) -> None:
        if self._calls is not None:
            self._calls.close()
            self._calls = None

    def _connect(self) -> socket.socket:
        try:
            return self._connect_running()
        except (FileNotFoundError, ConnectionError):
            if self._closed:
                raise
            self._start_agent()
            return self._connect_running()

    def _connect_running(self) -> socket.socket:
        path = os.path.join(self._directory, _SOCKET)
        sock = socket.socket(socket.AF_UNIX)
        try:
            if len(os.fsencode(path)) <= _SOCKET_PATH_MAX:
                sock.connect(path)
            else:
                _connect_long(sock, self._directory)
        except OSError:
            sock.close()
            raise
        return sock

    def _start_agent(self) -> None:
        """Start an agent and wait for its word; where another one is just starting, ours steps back. Raises CRIError."""
        with contextlib.suppress(FileExistsError):  # but not the folder around it: without that there is no cluster
            os.mkdir(self._directory, 0o700)
        os.chmod(self._directory, 0o700)
        ready, child_ready = os.pipe()
        root = str(Path(__file__).parents[2])
        command = [sys.executable, "-P", "-S", "-m", "minikube_py.cmd.node_agent"]
        command += [self._directory, str(child_ready), *self._arguments]
        env = {**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            with open(os.path.join(self._directory, "agent.log"), "ab") as log:
                os.chmod(log.name, 0o600)
                subprocess.run(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[child_ready], env=env, check=True
                )
        except (OSError, subprocess.CalledProcessError) as error:
            os.close(ready)
            raise CRIError(f"node agent does not start: {error}") from error
        finally:
            os.close(child_ready)
        with os.fdopen(ready, "rb") as pipe:
            word = pipe.readline()
        if not word:
            raise CRIError(f"node agent does not start: see {self._directory}/agent.log")


def _connect_long(sock: socket.socket, directory: str) -> None:
    """Connect to a socket whose path is longer than the system allows, by way of the folder's descriptor (Linux)."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        sock.connect(f"/proc/self/fd/{folder}/{_SOCKET}")
    finally:
        os.close(folder)


def _read_message(sock: socket.socket) -> dict[str, Any]:
    return _read_body(sock, _read_exactly(sock, 4))


def _read_body(sock: socket.socket, head: bytes) -> dict[str, Any]:
    import json

    message = json.loads(_read_exactly(sock, int.from_bytes(head, "big")))
    assert isinstance(message, dict)
    return message


def _read_exactly(sock: socket.socket, count: int) -> bytes:
    return receive_exactly(sock, count, ConnectionResetError("the node agent closed the connection"))


def _unwrap(answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if error["kind"] == "connection":
        raise ConnectionRefusedError(error["message"])
    if error["kind"] == "timeout":
        raise TimeoutError(error["message"])
    raise CRIError(error["message"], error["reason"])
