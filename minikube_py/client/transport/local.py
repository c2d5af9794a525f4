"""The transport to an API server in this very process, over the cluster's own state file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from minikube_py.client.request import Request, Response, User, WatchEvent

SELF_CHECK_SECONDS = 5.0  # a watcher looks by itself this often, should a poke be lost


class Poll(Protocol):
    """A watch that can be asked."""

    def poll(self) -> list[WatchEvent]: ...


class Server(Protocol):
    """What a local transport needs of an API server."""

    def handle(self, request: Request) -> Response: ...

    def open_watch(self, request: Request) -> Poll: ...

    def batch(self) -> AbstractContextManager[None]: ...

    def parse(self, method: str, target: str, body: bytes) -> Request | None: ...

    def describe(self, target: str, credentials: Any = None, verb: str = "get") -> bytes: ...

    def encode(self, answer: dict[str, Any]) -> bytes: ...


class Wakeup(Protocol):
    """Becomes readable when the state may have changed."""

    def fileno(self) -> int: ...

    def drain(self) -> bool: ...

    def close(self) -> None: ...


class LocalTransport:
    """Calls `server` directly.

    `listen()` gives the wake-ups that a watch waits on; `connect` opens streams to pods; `written` is told of writes. `credentials`
    (client.credentials.Credentials) go with every request; without any it comes from the owner of the cluster's files.
    """

    def __init__(
        self,
        server: Server,
        listen: Callable[[], Wakeup],
        connect: Callable[[Request], Any],
        clock: Callable[[], float],
        written: Callable[[], None] | None = None,
        credentials: Any = None,
    ) -> None:
        self._server, self._listen, self._connect, self._now, self._written = server, listen, connect, clock, written
        self._credentials = credentials

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if self._credentials is not None:
            request = request._replace(credentials=self._credentials)
        answer = self._server.handle(request)
        if self._written is not None and request.verb not in ("get", "list") and not request.params.get("dryRun"):
            self._written()
        return answer

    def connect(self, request: Request) -> Any:
        """Open a stream: log, exec, attach or portforward of a pod."""
        return self._connect(request)

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """Answer a request to a path, part by part."""
        request = self._server.parse(method, target, body)
        if request is None:
            yield self._server.describe(target, self._credentials, method.lower())
            return
        request = request._replace(user=user)
        if request.verb == "watch":
            for event in self.watch(request):
                yield b'{"type":"%s","object":%s}\n' % (event.type.encode(), self._server.encode(event.object).rstrip())
        elif request.subresource == "log":
            yield from self.connect(request)
        else:
            yield self._server.encode(self.handle(request).object)

    def batch(self) -> AbstractContextManager[None]:
        """Make the requests inside one commit."""
        return self._server.batch()

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Yield events until `timeout` seconds have passed."""
        import select

        wakeup = self._listen()
        try:
            watch = self._server.open_watch(request._replace(credentials=self._credentials))
            end = None if timeout is None else self._now() + timeout
            while True:
                wakeup.drain()
                yield from watch.poll()
                left = SELF_CHECK_SECONDS if end is None else min(SELF_CHECK_SECONDS, end - self._now())
                if left <= 0:
                    return
                select.select([wakeup], [], [], left)
        finally:
            wakeup.close()
