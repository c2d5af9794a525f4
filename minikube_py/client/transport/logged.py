"""-v=6 and more: tells of each request on stderr, in the form of kubectl's log.

At 6 a line for each answer; at 7 one for each request before it, with its headers; from 8 on the bodies, cut at 1 KiB (at 9 at 10 KiB). To a
cluster of this machine the requests go as calls and not over HTTP; method, path and status are those of the same request on a wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import StatusError
from minikube_py.client.request import Request, Response, User, WatchEvent
from minikube_py.client.request_path import METHODS, TABLE, make_target

if TYPE_CHECKING:
    from minikube_py.client.transport import Transport

ANSWERS, REQUESTS, BODIES = 6, 7, 8
BODY_LIMITS = {8: 1024, 9: 10240}
SUBRESOURCES = {"logs": "log", "exec": "exec", "attach": "attach", "open_port_forward": "portforward"}
JSON = "application/json"
EMPTY = '""'

Log = Callable[[int, str, str], None]
"""Writes a line of the log: the line of kubectl's source, its file, the text."""


class LoggedTransport:
    """Carries requests by another transport and tells of them. `server` is the address that stands in the log, `now` a clock in seconds."""

    def __init__(self, inner: Transport, server: str, level: int, log: Log, now: Callable[[], float]) -> None:
        self._inner, self._server, self._level, self._log, self._now = inner, server.rstrip("/"), level, log, now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def handle(self, request: Request) -> Response:
        """Send one request and return its answer."""
        self._tell_request(request)
        began = self._now()
        try:
            response = self._inner.handle(request)
        except StatusError as error:
            self._tell_answer(request, began, error.code, error.to_status())
            raise
        self._tell_answer(request, began, 201 if request.verb == "create" else 200, response.object)
        return response

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Yield what happens."""
        self._tell_watch(request)
        return self._inner.watch(request, timeout)

    def open_watch(self, request: Request, timeout: float | None = None) -> Any:
        """Begin a watch now."""
        self._tell_watch(request)
        return self.__getattr__("open_watch")(request, timeout)

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """Send a request to a path and yield the parts of the answer's body."""
        self._log(527, "round_trippers.go", f'"Request" verb="{method}" url="{self._server}{target}"')
        return self._inner.raw(method, target, body, user)

    def _tell_watch(self, request: Request) -> None:
        watch = request._replace(verb="watch", params={**request.params, "watch": "true"})
        self._tell_request(watch)
        self._tell_answer(watch, self._now(), 200, None)

    def _name(self, request: Request) -> str:
        return f'verb="{METHODS.get(request.verb, "GET")}" url="{self._server}{make_target(request)}"'

    def _tell_request(self, request: Request) -> None:
        if self._level >= BODIES:
            self._tell_body("Request", request.body)
        if self._level >= REQUESTS:
            headers = [f"Accept: {f'{JSON};{TABLE},' * request.table}{JSON}"]
            headers += [f"Content-Type: {request.content_type}"] * (request.body is not None)
            self._log(527, "round_trippers.go", f'"Request" {self._name(request)} headers={quote_block(headers)}')

    def _tell_answer(self, request: Request, began: float, code: int, body: Any) -> None:
        from http import HTTPStatus

        name = f"{self._name(request)} " if self._level == ANSWERS else ""
        status = f'status="{code} {HTTPStatus(code).phrase}"'
        self._log(632, "round_trippers.go", f'"Response" {name}{status} milliseconds={int((self._now() - began) * 1000)}')
        if self._level >= BODIES and body is not None:
            self._tell_body("Response", body)

    def _tell_body(self, what: str, body: Any) -> None:
        import json

        text = "" if body is None else json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        limit = BODY_LIMITS.get(self._level, len(text))
        if len(text) > limit:
            text = f"{text[:limit]} [truncated {len(text) - limit} chars]"
        self._log(105, "helper.go", f'"{what} Body" body={quote_block([text]) if text else EMPTY}')


class LoggedStreams:
    """Opens streams to pods by another, and tells of each."""

    def __init__(self, inner: Any, server: str, log: Log) -> None:
        self._inner, self._server, self._log = inner, server.rstrip("/"), log

    def __getattr__(self, name: str) -> Any:
        opened = getattr(self._inner, name)
        if name not in SUBRESOURCES:
            return opened

        def open_stream(namespace: str, pod: str, *arguments: Any, **options: Any) -> Any:
            target = make_target(Request("get", "", "v1", "pods", namespace, pod, SUBRESOURCES[name]))
            self._log(527, "round_trippers.go", f'"Request" verb="GET" url="{self._server}{target}"')
            return opened(namespace, pod, *arguments, **options)

        return open_stream


def quote_block(lines: list[str]) -> str:
    """Return a value of several lines as kubectl's log shows it."""
    return "<\n" + "".join(f"\t{line}\n" for line in lines) + " >"
