"""-v=6 and more: each request is told of on stderr, in the form of kubectl's log.

At 6 a line for each answer; at 7 one for each request before it, with its headers; from 8 on the bodies, cut at 1 KiB (at 9 at 10 KiB). To a
cluster of this machine the requests go as calls and not over HTTP; method, path and status are those of the same request on a wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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


class RequestLog:
    """Tells of requests as `level` wants it. `now` is a clock in seconds."""

    def __init__(self, level: int, log: Log, now: Callable[[], float]) -> None:
        self._level, self._log, self.now = level, log, now

    def tell_request(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: str | None) -> None:
        """Tell of a request that is about to be sent."""
        if self._level >= BODIES:
            self.tell_body("Request", body or "")
        if self._level >= REQUESTS:
            shown = quote_block(_list_headers(headers))
            self._log(527, "round_trippers.go", f'"Request" verb="{verb}" url="{url}" headers={shown}')

    def tell_answer(self, verb: str, url: str, status: str, began: float, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Tell of an answer to a request that was sent at `began`; `status` is such as `200 OK`, "" where none came."""
        name = f'verb="{verb}" url="{url}" ' if self._level == ANSWERS else ""
        shown = f" headers={quote_block(_list_headers(headers))}" if headers and self._level >= BODIES else ""
        spent = int((self.now() - began) * 1000)
        self._log(632, "round_trippers.go", f'"Response" {name}status="{status}"{shown} milliseconds={spent}')

    def tell_body(self, what: str, text: str) -> None:
        """Tell of a body, from the level on at which bodies are told of."""
        if self._level < BODIES:
            return
        limit = BODY_LIMITS.get(self._level, len(text))
        if len(text) > limit:
            text = f"{text[:limit]} [truncated {len(text) - limit} chars]"
        self._log(105, "helper.go", f'"{what} Body" body={quote_block([text.rstrip()]) if text else EMPTY}')


def _list_headers(headers: Sequence[tuple[str, str]]) -> list[str]:
    """Return headers sorted, without what proves who asks."""
    return [
        f"{name}: {value.partition(' ')[0]} <masked>" if name.lower() == "authorization" else f"{name}: {value}"
        for name, value in sorted(headers)
    ]


class LoggedTransport:
    """Carries requests by another transport and tells of them. `server` is the address that stands in the log."""

    def __init__(self, inner: Transport, server: str, log: RequestLog) -> None:
        self._inner, self._server, self._log = inner, server.rstrip("/"), log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def handle(self, request: Request) -> Response:
        """Send one request and return its answer."""
        self._tell_request(request)
        began = self._log.now()
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
        url, began = f"{self._server}{target}", self._log.now()
        self._log.tell_request(method, url, (), body.decode(errors="replace"))
        try:
            yield from self._inner.raw(method, target, body, user)
        except StatusError as error:
            self._log.tell_answer(method, url, _word_status(error.code), began)
            raise
        self._log.tell_answer(method, url, _word_status(200), began)

    def _tell_watch(self, request: Request) -> None:
        watch = request._replace(verb="watch", params={**request.params, "watch": "true"})
        self._tell_request(watch)
        self._tell_answer(watch, self._log.now(), 200, None)

    def _name(self, request: Request) -> tuple[str, str]:
        return METHODS.get(request.verb, "GET"), f"{self._server}{make_target(request)}"

    def _tell_request(self, request: Request) -> None:
        headers = [("Accept", f"{f'{JSON};{TABLE},' * request.table}{JSON}")]
        headers += [("Content-Type", request.content_type)] * (request.body is not None)
        self._log.tell_request(*self._name(request), headers, _dump(request.body))

    def _tell_answer(self, request: Request, began: float, code: int, body: Any) -> None:
        self._log.tell_answer(*self._name(request), _word_status(code), began)
        if body is not None:
            self._log.tell_body("Response", _dump(body))


def _word_status(code: int) -> str:
    from http import HTTPStatus

    return f"{code} {HTTPStatus(code).phrase}"


def _dump(body: Any) -> str:
    import json

    return "" if body is None else json.dumps(body, separators=(",", ":"), ensure_ascii=False)


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
