"""A plain HTTP/1.1 server with a thread a connection: reads HttpRequests, writes HttpAnswers, whole or in chunks.

What a request means is said by an `answerer` that each connection makes for itself: `answer(message)` and `close()`.
"""

from __future__ import annotations

import os
import select
import socket
import socketserver
import stat
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from minikube_py.client.http_message import HttpAnswer, HttpRequest

MAX_BODY_BYTES = 16 << 20
IDLE_SECONDS = 300.0  # how long a connection may stay open without a request
NO_BODY = (204, 304)


class Answerer(Protocol):
    """What one connection asks."""

    def answer(self, message: HttpRequest) -> HttpAnswer: ...

    def close(self) -> None: ...


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: HttpServer

    def setup(self) -> None:
        """Make this connection's answerer."""
        if self.server.keepalive > 0 and self.request.family != socket.AF_UNIX:
            _keep_alive(self.request, self.server.keepalive)
        super().setup()
        self.answerer = self.server.make_answerer()

    def finish(self) -> None:
        """Let go of it."""
        self.answerer.close()
        super().finish()

    def handle(self) -> None:
        """Answer requests until the caller goes away."""
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # every method is the answerer's business
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests, as kubectl proxy says nothing."""

    def version_string(self) -> str:
        """Return no name of this program: Kubernetes' servers give none."""
        return ""

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer."""
        self.send_response_only(code, message)
        self.send_header("Date", self.date_time_string())

    def _answer(self) -> None:
        body = self._read_body()
        if body is None:
            self.send_error(413)
            self.close_connection = True
            return
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]},{value}" if key in headers else value
        answer = self.answerer.answer(HttpRequest(self.command, self.path, headers, body))
        parts: Any = answer.parts
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            self._write(answer)

    def _read_body(self) -> bytes | None:
        """Return the body, None for one that is too large or says no sensible length."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY_BYTES:
            return None
        return self.rfile.read(int(length))

    def _read_chunks(self) -> bytes | None:
        body = b""
        while True:
            size = self.rfile.readline(64).partition(b";")[0].strip()
            try:
                length = int(size, 16)
            except ValueError:
                return None
            if length < 0 or len(body) + length > MAX_BODY_BYTES:
                return None
            if length == 0:
                while self.rfile.readline(65536).strip():
                    pass
                return body
            body += self.rfile.read(length)
            self.rfile.readline(8)

    def _write(self, answer: HttpAnswer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.streamed:
            self._write_chunks(answer)
            return
        body = b"".join(answer.parts)
        if answer.status not in NO_BODY:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in NO_BODY:
            self.wfile.write(body)

    def _write_chunks(self, answer: HttpAnswer) -> None:
        chunked = self.request_version != "HTTP/1.0"
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.close_connection = True
        self.end_headers()
        for part in answer.parts:
            if part:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
            elif self._is_gone():
                self.close_connection = True
                return
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _is_gone(self) -> bool:
        """Return whether the caller hung up: asked where nothing came for a while, since a write would tell it otherwise."""
        if not select.select([self.request], [], [], 0)[0]:
            return False
        gone: bool = self.request.recv(1, socket.MSG_PEEK) == b""
        return gone


def _keep_alive(connection: socket.socket, seconds: float) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in ("TCP_KEEPIDLE", "TCP_KEEPINTVL"):
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), max(1, int(seconds)))


class HttpServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves on a socket that listens already. `keepalive` is the period of TCP's keep-alive in seconds, 0 for none."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listener: socket.socket, make_answerer: Callable[[], Answerer], keepalive: float = 0) -> None:
        super().__init__(("", 0), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket, self.make_answerer, self.keepalive = listener, make_answerer, keepalive

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A fault of ours ends the connection and is told in a line."""
        import sys

        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            print(f"error: serving a request: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


def listen(address: str, port: int) -> socket.socket:
    """Return a socket that listens at an IP address or name. Raises OSError."""
    found = socket.getaddrinfo(address or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, where = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def listen_unix(path: str) -> socket.socket:
    """Return a Unix socket that listens at a path, for its owner only; a socket that is there goes. Raises OSError."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.stat(path).st_mode):
            os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o077)
    try:
        listener.bind(path)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(mask)
    return listener
