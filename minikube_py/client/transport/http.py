"""The transport to an API server over https: a Request becomes an HTTP request, and its answer an object, events or an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from minikube_py.apimachinery.duration import format_seconds
from minikube_py.apimachinery.errors import from_status
from minikube_py.client.generic_errors import make_generic_error
from minikube_py.client.http_message import JSON
from minikube_py.client.remote.bodies import read_json
from minikube_py.client.remote.dialer import Dialer
from minikube_py.client.remote.identity import Identity
from minikube_py.client.request import Request, RequestError, Response, Unreachable, User, WatchEvent
from minikube_py.client.request_path import METHODS, TABLE, make_target
from minikube_py.client.transport.http_answers import make_error, name_request, read_object, read_warnings
from minikube_py.client.transport.http_connections import Answer, Connections

if TYPE_CHECKING:
    from minikube_py.client.transport.logged import RequestLog

RETRIES = 10  # of an answer that says to come back later, and of reading from a server that hangs up: as in client-go
RETRY_SECONDS = 1
MAX_RETRY_SECONDS = 60
MAX_REDIRECTS = 10
DISCOVERY_SECONDS = 32.0
PASSING = ("EOF", "read: connection reset by peer")
SEEN = (301, 302, 303)  # redirects that are followed by reading; 307 and 308 are the same request elsewhere

Headers = Mapping[str, str]


class HttpTransport:
    """Sends requests through `dialer` as `identity`. `agent` is the User-Agent; `wait(seconds)` passes time. Safe for many threads.

    `timeout` is how many seconds the server may be silent, None for ever; `packed` is whether answers may be compressed.
    """

    def __init__(
        self,
        dialer: Dialer,
        identity: Identity,
        agent: str,
        wait: Callable[[float], object],
        timeout: float | None = None,
        *,
        packed: bool = True,
    ) -> None:
        self._server, self._identity, self._wait, self._timeout = dialer.server, identity, wait, timeout
        self._agent = {"User-Agent": agent}
        self._packed = {"Accept-Encoding": "gzip"} if packed else {}
        self._connections = Connections(dialer, identity.headers, timeout)
        self.log: RequestLog | None = None  # is told of all that is sent

    def handle(self, request: Request) -> Response:
        """Send one request and return its answer."""
        method = METHODS.get(request.verb, "GET")
        headers = {**_accept(request), **self._packed}
        body = b""
        if request.body is not None:
            body = json.dumps(request.body, separators=(",", ":"), ensure_ascii=False).encode()
            headers["Content-Type"] = request.content_type
        answer = self._send(method, self._name(request), headers, body)
        data, warnings = self._read(answer), read_warnings(answer.response)
        if not 200 <= answer.status < 300:
            error = make_error(answer.response, data, name_request(method, request))
            error.warnings = warnings
            raise error
        return Response(read_object(answer.response, data), warnings, created=answer.status == 201)

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Yield events until `timeout` seconds have passed or the server ends the watch. Raises StatusError for an event that is an error."""
        params = {**request.params, "watch": "true"}
        if timeout is not None:
            params["timeoutSeconds"] = str(max(1, round(timeout)))
        parts = self._stream("GET", self._name(request._replace(verb="watch", params=params)), _accept(request))
        with suppress(RequestError):  # what broke off has ended: the caller looks again
            for line in _read_lines(parts):
                event = read_json(line, "v1.WatchEvent")
                if event["type"] == "ERROR":
                    raise from_status(event["object"])
                yield WatchEvent(event["type"], event["object"])

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """Send a request to a path of the server's host, which may not be below the server's own path, and yield the parts of the answer's body."""
        headers = {"Accept": f"{JSON}, */*", **({"Content-Type": JSON} if body else {})}
        yield from self._stream(method, target, headers, body)

    def read(self, target: str, accept: str = JSON) -> tuple[bytes, str]:
        """Return what is at a path, and its content type. What an error's body says is not looked at, as client-go does not in discovery."""
        path = f"{self._server.prefix}{target}?timeout={format_seconds(self._timeout or DISCOVERY_SECONDS)}"
        answer = self._send("GET", path, {"Accept": accept, **self._packed}, b"")
        data, content_type = self._read(answer), answer.header("Content-Type")
        if not 200 <= answer.status < 300:
            raise make_generic_error(answer.status, content_type, data)
        return data, content_type

    def open_stream(self, target: str) -> Iterator[bytes]:
        """Begin to read what is at a path, now: raises what is wrong with the request, then gives an iterator of its parts."""
        return self._stream("GET", self._server.prefix + target, {"Accept": f"{JSON}, */*"})

    def batch(self) -> AbstractContextManager[None]:
        """Nothing can be made in one commit over HTTP."""
        return nullcontext()

    def close(self) -> None:
        """Close the connections that wait for another request."""
        self._connections.close()

    def _name(self, request: Request) -> str:
        """Return the path and query of a request. --request-timeout is told to the server, too."""
        if self._timeout is not None:
            request = request._replace(params={**request.params, "timeout": format_seconds(self._timeout)})
        return self._server.prefix + make_target(request)

    def _send(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Return the answer at the end of all redirects, its body unread. Raises Unreachable."""
        first, answer = method, self._ask(method, path, headers, body)
        for _ in range(MAX_REDIRECTS):
            place = answer.header("Location")
            if answer.status not in (*SEEN, 307, 308) or not place:
                return answer
            answer.read()
            path = self._follow(method, path, place)
            if answer.status in SEEN:
                method, body = "GET" if method != "HEAD" else method, b""
            answer = self._ask(method, path, headers, body)
        answer.read()
        raise Unreachable(f"stopped after {MAX_REDIRECTS} redirects").about(first, path, "")

    def _follow(self, method: str, path: str, place: str) -> str:
        """Return the path that a redirect leads to. Only this server is told who asks, so no other is followed to."""
        url = urljoin(self._server.url + path, place)
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self._server.url:
            raise Unreachable(f'redirected to another server: "{url}"').about(method, self._server.url + path, "")
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _ask(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Return the answer, its body unread. What says to come back later is asked again, and who hangs up while only read from."""
        for attempt in range(RETRIES + 1):
            try:
                answer = self._ask_once(method, path, headers, body)
            except Unreachable as error:
                if attempt == RETRIES or method != "GET" or error.cause not in PASSING:
                    raise
                self._wait(RETRY_SECONDS)
                continue
            after = answer.header("Retry-After")
            if attempt == RETRIES or not after.isdigit() or (answer.status != 429 and answer.status < 500):
                break
            answer.read()
            self._wait(min(int(after), MAX_RETRY_SECONDS))
        return answer

    def _ask_once(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Return the answer; where these credentials are refused and there are others, the one to those."""
        headers = {**self._agent, **headers}
        try:
            answer = self._send_told(method, path, headers, body)
            if answer.status == 401 and self._identity.renew():
                answer.read()
                answer = self._send_told(method, path, headers, body)
        except Unreachable as error:
            raise error.about(method, self._server.url + path, self._server.address.shown) from error
        return answer

    def _send_told(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Send a request, and tell of it."""
        if self.log is None:
            return self._connections.send(method, path, headers, body)
        url, began, status = self._server.url + path, self.log.now(), ""
        shown = [(name, value) for name, value in headers.items() if name != "Accept-Encoding"]  # nor does Go show it
        self.log.tell_request(method, url, [*shown, *self._identity.headers()], body.decode(errors="replace"))
        answered: list[tuple[str, str]] = []
        try:
            answer = self._connections.send(method, path, headers, body)
            status, answered = f"{answer.status} {answer.response.reason}", answer.response.getheaders()
        finally:
            self.log.tell_answer(method, url, status, began, answered)
        return answer

    def _read(self, answer: Answer) -> bytes:
        """Return the whole body, and tell of it."""
        data = answer.read()
        if self.log is not None:
            self.log.tell_body("Response", data.decode(errors="replace"))
        return data

    def _stream(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Iterator[bytes]:
        answer = self._send(method, path, headers, body)
        if not 200 <= answer.status < 300:
            raise make_error(answer.response, self._read(answer))
        return answer.read_parts()


def _accept(request: Request) -> dict[str, Any]:
    return {"Accept": f"{JSON};{TABLE},{JSON}" if request.table else JSON}


def _read_lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        yield from (line for line in lines if line.strip())
