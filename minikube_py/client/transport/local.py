"""The transport to an API server in this very process, over the cluster's own state file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from minikube_py.client.request import Request, Response, User, WatchEvent

if TYPE_CHECKING:
    from minikube_py.client.transport.server import Server

SELF_CHECK_SECONDS = 5.0  # a watcher looks by itself this often, should a poke be lost


class Wakeup(Protocol):
    """Becomes readable when the state may have changed."""

    def fileno(self) -> int: ...

    def drain(self) -> bool: ...

    def is_gone(self) -> bool: ...

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
        self.credentials = credentials

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        answer = self._server.handle(self._sign(request))
        if self._written is not None and request.verb not in ("get", "list") and not request.params.get("dryRun"):
            self._written()
        return answer

    def _sign(self, request: Request) -> Request:
        """Return a request with this transport's credentials, unless it has some of its own."""
        if self.credentials is None or request.credentials is not None:
            return request
        return request._replace(credentials=self.credentials)

    def connect(self, request: Request) -> Any:
        """Open a stream: log, exec, attach or portforward of a pod."""
        if request.subresource != "log":
            from minikube_py.client.transport.exchange import describe_connection

            self._server.admit_connect(request, describe_connection(request.subresource, request.params, request.body))
        return self._connect(request)

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """Answer a request to a path, part by part."""
        from minikube_py.apimachinery.errors import new_not_served
        from minikube_py.client.http_message import JSON, HttpRequest
        from minikube_py.client.transport.exchange import answer

        headers = {"accept": f"{JSON}, */*", "content-type": JSON, "user-agent": "kubectl"}
        answered = answer(self, self._server, HttpRequest(method, target, headers, body), user)
        if answered.status >= 400:  # not a Status: a path that nobody knows
            if answered.streamed:
                answered.parts.close()  # type: ignore[attr-defined]
            raise new_not_served()
        yield from answered.parts

    def batch(self) -> AbstractContextManager[None]:
        """Make the requests inside one commit."""
        return self._server.batch()

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Yield events until `timeout` seconds have passed."""
        for event in self._watch(request, timeout):
            if event is not None:
                yield event

    def open_watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent | None]:
        """Begin a watch now, raising what is wrong with the request; yields None where nothing came for a while."""
        events = self._watch(request, timeout)
        next(events)  # from here on, closing the generator closes the wake-up
        return events

    def _watch(self, request: Request, timeout: float | None) -> Iterator[WatchEvent | None]:
        from minikube_py.apimachinery.errors import ServiceUnavailable
        from minikube_py.component_base.sockets import wait_readable

        wakeup = self._listen()
        try:
            watch = self._server.open_watch(self._sign(request))
            end = None if timeout is None else self._now() + timeout
            yield None
            while True:
                wakeup.drain()
                yield from watch.poll()
                if watch.is_over:
                    return
                left = SELF_CHECK_SECONDS if end is None else min(SELF_CHECK_SECONDS, end - self._now())
                if left <= 0:
                    return
                if not wait_readable((wakeup,), left):
                    if wakeup.is_gone():
                        raise ServiceUnavailable("the cluster was deleted")
                    yield None
        finally:
            wakeup.close()
