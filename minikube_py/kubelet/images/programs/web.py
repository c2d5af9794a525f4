"""A small HTTP/1.1 server for the programs: one thread a connection, keep-alive, no more than they need."""

from __future__ import annotations

import _thread
import contextlib
import os
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from . import pod

STATUS = {
    200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found",
    303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Not Allowed", 413: "Request Entity Too Large",
    418: "I'm a teapot", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
_MAX_HEAD = 64 * 1024
_MAX_BODY = 16 * 1024 * 1024


class Request(NamedTuple):
    """One request. Header names are lower case; `client` is the peer's address, `local` ours, `line` the request line."""

    method: str
    target: str
    version: str
    headers: dict[str, str]
    body: bytes
    client: tuple[str, int]
    local: tuple[str, int]
    head: str

    @property
    def path(self) -> str:
        """Return the target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """Return the query's first values, decoded."""
        pairs = (item.partition("=") for item in self.target.partition("?")[2].split("&") if item)
        found: dict[str, str] = {}
        for key, _, value in pairs:
            found.setdefault(unquote(key.replace("+", " ")), unquote(value.replace("+", " ")))
        return found

    @property
    def line(self) -> str:
        """Return the request line."""
        return self.head.partition("\r\n")[0]


class Response(NamedTuple):
    """One answer; Content-Length, Date and Connection are added when it is sent."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


Handler = Callable[[Request], Response]


class BadRequest(Exception):
    """What came is not HTTP that we can read."""


def unquote(text: str) -> str:
    """Return the text with %XX decoded; broken escapes stay."""
    if "%" not in text:
        return text
    first, *parts = text.split("%")
    out = first.encode()
    for part in parts:
        try:
            out += bytes([int(part[:2], 16)]) + part[2:].encode()
        except ValueError:
            out += b"%" + part.encode()
    return out.decode(errors="replace")


def describe_go_error(port: int, error: OSError) -> str:
    """Return how a Go program says that it cannot listen."""
    return f"listen tcp :{port}: bind: {os.strerror(error.errno or 0).lower()}\n"


def serve(
    handler: Handler,
    port: int,
    *,
    started: str = "",
    describe_error: Callable[[int, OSError], str] = describe_go_error,
) -> int:
    """Answer requests until a signal comes. `started` is written to standard output once the port is open.

    Returns 1 where the port cannot be had, after writing `describe_error(port, error)`.
    """
    pod.end_on_signals()
    try:
        server = pod.listen(port)
    except OSError as error:
        pod.write_error(describe_error(port, error))
        return 1
    if started:
        pod.write_out(started)
    pod.tell_ready(server)
    accept_for_ever(server, handler)
    return 0


def accept_for_ever(server: socket.socket, handler: Handler) -> None:
    """Give every connection a thread."""
    while True:
        connection, client = server.accept()
        _thread.start_new_thread(_talk, (connection, client, handler))


def _talk(connection: socket.socket, client: tuple[str, int], handler: Handler) -> None:
    connection.settimeout(75)
    with connection:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pending = b""
            while True:
                request, pending = read_request(connection, pending, client)
                if request is None or not _answer(connection, request, handler):
                    return
        except BadRequest:
            _reject(connection)
        except OSError:
            return  # the peer went away or was silent for too long


def _reject(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _answer(connection: socket.socket, request: Request, handler: Handler) -> bool:
    """Send the answer; return whether the connection stays open."""
    response = handler(request)
    wish = request.headers.get("connection", "").lower()
    keep = wish != "close" if request.version == "HTTP/1.1" else wish == "keep-alive"
    connection.sendall(format_response(response, keep, request.method == "HEAD"))
    return keep


def format_response(response: Response, keep_alive: bool, head_only: bool) -> bytes:
    """Return the bytes of an answer."""
    lines = [f"HTTP/1.1 {response.status} {STATUS.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    lines.append(f"Date: {format_date(time.time())}")
    if response.content_type:
        lines.append(f"Content-Type: {response.content_type}")
    lines.append(f"Content-Length: {len(response.body)}")
    lines.append("Connection: " + ("keep-alive" if keep_alive else "close"))
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if head_only else head + response.body


def format_date(seconds: float) -> str:
    """Return HTTP's date form."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))


def read_request(connection: socket.socket, pending: bytes, client: tuple[str, int]) -> tuple[Request | None, bytes]:
    """Read one request; return it with the bytes of the next. None at the end of the stream. Raises BadRequest, OSError."""
    while b"\r\n\r\n" not in pending:
        data = connection.recv(65536)
        if not data:
            return None, b""
        pending += data
        if len(pending) > _MAX_HEAD:
            raise BadRequest
    raw, _, rest = pending.partition(b"\r\n\r\n")
    head = raw.decode("latin-1")
    first, *fields = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in fields)}
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body, rest = _read_body(connection, headers, rest)
    return Request(words[0], words[1], words[2], headers, body, client, connection.getsockname(), head), rest


def _read_body(connection: socket.socket, headers: dict[str, str], rest: bytes) -> tuple[bytes, bytes]:
    if "transfer-encoding" in headers:
        raise BadRequest
    text = headers.get("content-length", "0")
    if not text.isdigit() or int(text) > _MAX_BODY:
        raise BadRequest
    length = int(text)
    while len(rest) < length:
        data = connection.recv(65536)
        if not data:
            raise BadRequest
        rest += data
    return rest[:length], rest[length:]
