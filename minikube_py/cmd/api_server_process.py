"""Keeps the process of the API server going, for the daemon: the socket that it serves on, its start, and its next start when it dies."""

from __future__ import annotations

import errno
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from minikube_py.component_base.logging import Logger

ADDRESS, FIRST_PORT, PORTS = "127.0.0.1", 6443, 1000
BACKLOG = 512
BIND_SECONDS = 1.0  # how long a predecessor may take to let go of the port
MAX_DELAY, CALM_SECONDS = 30.0, 60.0  # between two starts; how long one must live so that the next one comes at once
END_SECONDS = 2.0


class ApiServerProcess:
    """One profile's API server. `now` measures seconds, however fast the cluster's clock runs."""

    def __init__(self, directory: Path, listener: socket.socket, now: Callable[[], float], log: Logger) -> None:
        self._directory, self._listener, self._now, self._log = directory, listener, now, log
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._started_at = self._due = 0.0
        self._delay = 0.0

    def start(self) -> None:
        """Start it. Connections wait in the socket until it serves."""
        ours, its = socket.socketpair()
        descriptors = (self._listener.fileno(), its.fileno())
        command = [sys.executable, "-m", "minikube_py.cmd.api_server", str(self._directory), *map(str, descriptors)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=descriptors)
        its.close()
        self._link, self._started_at = ours, self._now()

    @property
    def links(self) -> list[socket.socket]:
        """What becomes readable when it died."""
        return [self._link] if self._link is not None else []

    @property
    def due(self) -> float | None:
        """When it is to be started again, None while it runs."""
        return self._due if self._process is None else None

    def check(self) -> None:
        """Start it again if it died and its time has come: at once the first time, later and later if it goes on dying."""
        if self._link is not None and select.select([self._link], [], [], 0)[0]:
            self._bury()
        if self._process is None and self._now() >= self._due:
            self.start()

    def _bury(self) -> None:
        now, code = self._now(), self._end()
        self._delay = 0.0 if now - self._started_at > CALM_SECONDS else min(MAX_DELAY, self._delay * 2 or 1.0)
        self._due = now + self._delay
        self._log.info("the API server ended; it is started again", code=code, seconds=self._delay)

    def _end(self) -> int | None:
        """Let go of the process; return its exit code."""
        assert self._process is not None and self._link is not None
        self._link.close()
        try:
            code: int | None = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait(END_SECONDS)
        self._process = self._link = None
        return code

    def stop(self) -> None:
        """End it, and let go of the port."""
        if self._process is not None:
            self._process.terminate()
            self._end()
        self._due = float("inf")
        self._listener.close()


def open_listener(wanted: int, taken: Iterable[int] = ()) -> socket.socket:
    """Return a socket that listens on the port wanted, else on the first free one that is none of `taken`. Raises OSError.

    A port that was wanted is waited for a moment: whoever had it before may just be about to end.
    """
    if wanted:
        found = _try_port(wanted, waits=True)
        if found is not None:
            return found
    avoided = set(taken)
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        found = None if port in avoided or port == wanted else _try_port(port)
        if found is not None:
            return found
    raise OSError(errno.EADDRINUSE, "no port is free for the API server")


def _try_port(port: int, *, waits: bool = False) -> socket.socket | None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for _ in range(20 if waits else 1):
        try:
            listener.bind((ADDRESS, port))
            listener.listen(BACKLOG)
            return listener
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                listener.close()
                raise
            select.select([], [], [], BIND_SECONDS / 20 if waits else 0)
    listener.close()
    return None
