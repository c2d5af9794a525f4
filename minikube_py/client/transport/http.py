"""The transport to an API server over https: a Request becomes an HTTP request, and its answer an object, events or an error."""

from __future__ import annotations

import json
import select
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Lock
from typing import NamedTuple

from minikube_py.apimachinery.errors import StatusError, from_status
from minikube_py.client.dialing import TOO_LATE, UNABLE
from minikube_py.client.generic_errors import Asked, make_generic_error, read_error
from minikube_py.client.http_message import JSON
from minikube_py.client.remote.dialer import SECONDS, Dialer
from minikube_py.client.remote.identity import Identity
from minikube_py.client.remote.tls import describe_tls_error
from minikube_py.client.request import Request, Response, Unreachable, User, WatchEvent
from minikube_py.client.request_path import METHODS, TABLE, make_target

CHUNK = 64 << 10
RETRIES = 10  # of an answer that says to come back later, as in client-go
MAX_RETRY_SECONDS = 60
READS = ("GET", "HEAD", "OPTIONS")
Headers = Mapping[str, str]


class _Connection(HTTPConnection):
    """http.client's connection over a socket of ours."""

    def __init__(self, dialer: Dialer, limit: float | None) -> None:
        address = dialer.server.address
        super().__init__(address.host, address.port)
        self._dialer, self._limit = dialer, limit

    def connect(self) -> None:
        self.sock = self._dialer.open(min(SECONDS, self._limit or SECONDS))
        self.sock.settimeout(self._limit)


class _Answer(NamedTuple):
    """An answer whose body is not read yet, and the connection that it comes by."""

    response: HTTPResponse
    connection: _Connection


class HttpTransport:
    """Sends requests through `dialer` as `identity`. `agent` is the User-Agent; `wait(seconds)` passes time. Safe for many threads.

    `timeout` is how many seconds the server may be silent, None for ever.
    """

    def __init__(
        self, dialer: Dialer, identity: Identity, agent: str, wait: Callable[[float], object], timeout: float | None = None
    ) -> None:
        self._dialer, self._identity, self._agent, self._wait, self._timeout = dialer, identity, agent, wait, timeout
        self._idle: list[_Connection] = []
        self._lock = Lock()

    def handle(self, request: Request) -> Response:
        """Send one request and return its answer."""
        method = METHODS.get(request.verb, "GET")
        accept = f"{JSON};{TABLE},{JSON}" if request.table else JSON
        headers = {"Accept": accept}
        body = b""
        if request.body is not None:
            body = json.dumps(request.body, separators=(",", ":"), ensure_ascii=False).encode()
            headers["Content-Type"] = request.content_type
        answer = self._send(method, make_target(request), headers, body)
        response, data = answer.response, self._read_whole(answer)
        warnings = read_warnings(response)
        if response.status >= 400:
            error = make_error(response, data, _name(method, request))
            error.warnings = warnings
            raise error
        return Response(json.loads(data or b"{}"), warnings, created=response.status == 201)

    def watch(self, request: Request, timeout: float | None = None) -> Iterator[WatchEvent]:
        """Yield events until `timeout` seconds have passed or the server ends the watch. Raises StatusError for an event that is an error."""
        params = {**request.params, "watch": "true"}
        if timeout is not None:
            params["timeoutSeconds"] = str(max(1, round(timeout)))
        target = make_target(request._replace(verb="watch", params=params))
        accept = f"{JSON};{TABLE},{JSON}" if request.table else JSON
        for line in self._read_lines(self._stream("GET", target, {"Accept": accept})):
            event = json.loads(line)
            if event["type"] == "ERROR":
                raise from_status(event["object"])
            yield WatchEvent(event["type"], event["object"])

    def raw(self, method: str, target: str, body: bytes, user: User) -> Iterator[bytes]:
        """Send a request to a path and yield the parts of the answer's body as they come."""
        headers = {"Accept": f"{JSON}, */*", **({"Content-Type": JSON} if body else {})}
        yield from self._stream(method, target, headers, body)

    def read(self, target: str, accept: str = JSON) -> tuple[bytes, str]:
        """Return what is at a path, and its content type. What an error's body says is not looked at, as client-go does not in discovery."""
        answer = self._send("GET", target, {"Accept": accept}, b"")
        response, data = answer.response, self._read_whole(answer)
        if response.status >= 400:
            raise make_generic_error(response.status, response.headers.get("Content-Type", ""), data)
        return data, response.headers.get("Content-Type", "")

    def open_stream(self, target: str) -> Iterator[bytes]:
        """Begin to read what is at a path, now: raises what is wrong with the request, then gives an iterator of its parts."""
        return self._stream("GET", target, {"Accept": f"{JSON}, */*"})

    def batch(self) -> AbstractContextManager[None]:
        """Nothing can be made in one commit over HTTP."""
        return nullcontext()

    def close(self) -> None:
        """Close the connections that wait for another request."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _send(self, method: str, target: str, headers: Headers, body: bytes) -> _Answer:
        """Return the answer, its body unread. What says to come back later is sent again. Raises Unreachable."""
        renewed = False
        for attempt in range(RETRIES + 1):
            answer = self._send_once(method, target, headers, body)
            response = answer.response
            if response.status == 401 and not renewed and self._identity.renew():
                renewed = True
                self._read_whole(answer)
                continue
            after = response.headers.get("Retry-After", "")
            if attempt == RETRIES or not after.isdigit() or (response.status != 429 and response.status < 500):
                break
            self._read_whole(answer)
            self._wait(min(int(after), MAX_RETRY_SECONDS))
        return answer

    def _send_once(self, method: str, target: str, headers: Headers, body: bytes) -> _Answer:
        connection = self._take()
        reused = connection.sock is not None
        try:
            self._write(connection, method, target, headers, body)
            return _Answer(connection.getresponse(), connection)
        except (OSError, HTTPException) as error:
            connection.close()
            if (
                reused and method in READS and not isinstance(error, TimeoutError)
            ):  # the server had hung up on the one that waited
                return self._send_once(method, target, headers, body)
            raise Unreachable(UNABLE.format(_describe(error, self._dialer.server.server_name))) from error
        except BaseException:
            connection.close()
            raise

    def _write(self, connection: _Connection, method: str, target: str, headers: Headers, body: bytes) -> None:
        connection.putrequest(method, self._dialer.server.prefix + target, skip_accept_encoding=True)
        for name, value in (*headers.items(), *self._identity.headers()):
            connection.putheader(name, value)
        if not any(name.lower() == "user-agent" for name in headers):
            connection.putheader("User-Agent", self._agent)
        if body or method not in READS:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)

    def _take(self) -> _Connection:
        """Return a connection, one that waits if it still lives: nothing may be there to read, not even its end."""
        while True:
            with self._lock:
                if not self._idle:
                    return _Connection(self._dialer, self._timeout)
                connection = self._idle.pop()
            if not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()

    def _give_back(self, answer: _Answer) -> None:
        if answer.response.will_close:
            answer.connection.close()
            return
        with self._lock:
            self._idle.append(answer.connection)

    def _read_whole(self, answer: _Answer) -> bytes:
        try:
            data = answer.response.read()
        except (OSError, HTTPException) as error:
            answer.connection.close()
            raise Unreachable(UNABLE.format(_describe(error, self._dialer.server.server_name))) from error
        self._give_back(answer)
        return data

    def _stream(self, method: str, target: str, headers: Headers, body: bytes = b"") -> Iterator[bytes]:
        answer = self._send(method, target, headers, body)
        if answer.response.status >= 400:
            raise make_error(answer.response, self._read_whole(answer))
        return self._read_parts(answer)

    def _read_parts(self, answer: _Answer) -> Iterator[bytes]:
        done = False
        try:
            with suppress(OSError, HTTPException):  # what broke off has ended: the caller looks again
                while data := answer.response.read1(CHUNK):
                    yield data
                done = True
        finally:
            if done:
                self._give_back(answer)
            else:
                answer.connection.close()

    def _read_lines(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        rest = b""
        for part in parts:
            *lines, rest = (rest + part).split(b"\n")
            yield from (line for line in lines if line.strip())


def _describe(error: Exception, server_name: str) -> str:
    if isinstance(error, ssl.SSLError):  # a certificate of ours may be refused as late as that
        return describe_tls_error(error, server_name)
    if isinstance(error, TimeoutError):
        return TOO_LATE
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ConnectionError):
        return error.strerror.lower()
    return "EOF" if isinstance(error, ConnectionError | HTTPException) else str(error)


def make_error(response: HTTPResponse, data: bytes, asked: Asked | None = None) -> StatusError:
    """Return the error that an answer tells of."""
    return read_error(response.status, response.headers.get("Content-Type", ""), data, asked)


def _name(method: str, request: Request) -> Asked:
    resource = f"{request.resource}.{request.group}" if request.group else request.resource
    return Asked(method, resource, request.name)


def read_warnings(response: HTTPResponse) -> tuple[str, ...]:
    """Return the texts of the Warning headers."""
    return tuple(text for value in response.headers.get_all("Warning") or () for text in _read_warning(value))


def _read_warning(value: str) -> Iterator[str]:
    """Yield the texts of `299 - "text", 299 - "text"`."""
    place = 0
    while (start := value.find('"', place)) >= 0:
        text, place = "", start + 1
        while place < len(value) and value[place] != '"':
            place += value[place] == "\\"
            text += value[place : place + 1]
            place += 1
        place += 1
        yield text
