"""Keeps the process of the API server going, for the daemon: the socket that it serves on, its start, and its next start when it died.

Nobody may ever want https of a cluster, so the process comes with the first connection: `mk start` and memory are spared.
"""

from __future__ import annotations

import errno
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from minikube_py.component_base.logging import Logger
from minikube_py.component_base.sockets import wait_readable
from minikube_py.minikube.profile import DEFAULT_PORT, HOST_ADDRESS

FIRST_PORT, PORTS = DEFAULT_PORT, 1000
BACKLOG = 512
BIND_SECONDS = 1.0  # how long a predecessor may take to let go of the port
FIRST_DELAY, MAX_DELAY = 0.25, 30.0  # between its end and the next start, if it did not live long
CALM_SECONDS = 60.0  # who lived so long may be started again at once
END_SECONDS = 2.0


class ApiServerProcess:
    """One profile's API server, started when the first client connects. `now` measures seconds, however fast the cluster's clock runs."""

    def __init__(self, directory: Path, listener: socket.socket, now: Callable[[], float], log: Logger) -> None:
        self._directory, self._listener, self._now, self._log = directory, listener, now, log
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._started_at = self._due = 0.0
        self._delay = 0.0

    @property
    def watched(self) -> list[socket.socket]:
        """What becomes readable when `check` has something to do: a client comes while it does not run, or it died."""
        if self._link is not None:
            return [self._link]
        return [self._listener] if self._now() >= self._due else []

    @property
    def pause(self) -> float | None:
        """How many seconds it may not be started for, None where it runs or may be started."""
        left = self._due - self._now()
        return left if self._link is None and left > 0 else None

    def check(self) -> None:
        """Start it for who is waiting; if it died, at once the first time, and later and later if it goes on dying."""
        if not wait_readable(self.watched, 0):
            return
        if self._link is None:
            self._start()
        else:
            self._bury()

    def _start(self) -> None:
        """Start it. Connections wait in the socket until it serves."""
        ours, its = socket.socketpair()
        descriptors = (self._listener.fileno(), its.fileno())
        command = [sys.executable, "-P", "-m", "minikube_py.cmd.api_server", str(self._directory), *map(str, descriptors)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=descriptors)
        its.close()
        self._link, self._started_at = ours, self._now()

    def _bury(self) -> None:
        now, code = self._now(), self._end()
        self._delay = 0.0 if now - self._started_at > CALM_SECONDS else min(MAX_DELAY, self._delay * 2 or FIRST_DELAY)
        self._due = now + self._delay
        self._log.info("the API server ended; the next client starts it again", code=code, seconds=self._delay)

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
        self._listener.close()


def open_listener(wanted: int, taken: Iterable[int] = (), address: str = HOST_ADDRESS) -> socket.socket:
    """Return a socket that listens at an address, on the port wanted, else on the first free one that is none of `taken`. Raises OSError.

    A port that was wanted is waited for a moment: whoever had it before may just be about to end.
    """
    if wanted:
        found = _try_port(address, wanted, waits=True)
        if found is not None:
            return found
    avoided = set(taken)
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        found = None if port in avoided or port == wanted else _try_port(address, port)
        if found is not None:
            return found
    raise OSError(errno.EADDRINUSE, "no port is free for the API server")


def _try_port(address: str, port: int, *, waits: bool = False) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for _ in range(20 if waits else 1):
        try:
            listener.bind((address, port))
            listener.listen(BACKLOG)
            return listener
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                listener.close()
                raise
            select.select([], [], [], BIND_SECONDS / 20 if waits else 0)
    listener.close()
    return None
