"""Asks a server to let a connection speak another protocol from now on: WebSocket, or SPDY/3.1 of old."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import h11

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.httpstream.websocket import accept_key
from minikube_py.client.generic_errors import read_error
from minikube_py.client.remote.dialer import SECONDS, Dialer
from minikube_py.client.remote.identity import Identity
from minikube_py.client.request import Unreachable

if TYPE_CHECKING:
    from minikube_py.client.transport.logged import RequestLog

CHUNK = 64 << 10
MAX_ANSWER = 1 << 20


class Upgraded(NamedTuple):
    """A connection that speaks the other protocol. `rest` came behind the server's answer."""

    sock: socket.socket
    protocol: str
    rest: bytes


class Refused(Exception):
    """The server answered, but not by switching. `error` is what it said."""

    def __init__(self, status: int, error: StatusError) -> None:
        super().__init__(str(error))
        self.status, self.error = status, error


class Upgrader:
    """Opens upgraded connections as `identity`."""

    def __init__(self, dialer: Dialer, identity: Identity, agent: str) -> None:
        self._dialer, self._identity, self._agent = dialer, identity, agent
        self.log: RequestLog | None = None  # is told of all that is sent

    def open_websocket(self, target: str, protocols: Sequence[str]) -> Upgraded:
        """Speak WebSocket from now on. Raises Refused, Unreachable."""
        key = base64.b64encode(os.urandom(16)).decode()
        headers = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", key)]
        upgraded, answer = self._switch("GET", target, [*headers, ("Sec-WebSocket-Protocol", ", ".join(protocols))])
        if answer.get("sec-websocket-accept") != accept_key(key):
            upgraded.sock.close()
            raise Unreachable("the server's answer to a WebSocket handshake is wrong")
        return upgraded._replace(protocol=answer.get("sec-websocket-protocol", ""))

    def open_spdy(self, target: str, protocols: Sequence[str]) -> Upgraded:
        """Speak SPDY/3.1 from now on. Raises Refused, Unreachable."""
        offered = [("X-Stream-Protocol-Version", protocol) for protocol in protocols]
        upgraded, answer = self._switch("POST", target, [("Upgrade", "SPDY/3.1"), ("Content-Length", "0"), *offered])
        return upgraded._replace(protocol=answer.get("x-stream-protocol-version", ""))

    def _switch(self, method: str, target: str, headers: list[tuple[str, str]]) -> tuple[Upgraded, dict[str, str]]:
        """Return the switched connection and the headers of the answer, all told of; where these credentials are refused, by others."""
        url = self._dialer.server.url + self._dialer.server.prefix + target
        try:
            try:
                return self._switch_once(method, target, headers, url)
            except Refused as refused:
                if refused.status != 401 or not self._identity.renew():
                    raise
                return self._switch_once(method, target, headers, url)
        except Unreachable as error:
            raise error.about(method, url, self._dialer.server.address.shown) from error

    def _switch_once(
        self, method: str, target: str, headers: list[tuple[str, str]], url: str
    ) -> tuple[Upgraded, dict[str, str]]:
        log, began, status = self.log, self.log.now() if self.log else 0.0, ""
        all_headers = [("User-Agent", self._agent), *headers, *self._identity.headers()]
        if log:
            log.tell_request(method, url, all_headers, None)
        try:
            switched = self._exchange(method, target, all_headers)
            status = "101 Switching Protocols"
        except Refused as refused:
            status = f"{refused.status} {HTTPStatus(refused.status).phrase}"
            raise
        finally:
            if log:
                log.tell_answer(method, url, status, began)
        return switched

    def _exchange(self, method: str, target: str, headers: list[tuple[str, str]]) -> tuple[Upgraded, dict[str, str]]:
        server = self._dialer.server
        common = [("Host", server.address.shown), ("Connection", "Upgrade")]
        http = h11.Connection(h11.CLIENT)
        request = h11.Request(method=method, target=server.prefix + target, headers=[*common, *headers])
        sock = self._dialer.open()
        try:
            sock.settimeout(SECONDS)
            sock.sendall((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
            answer = _read_answer(http, sock)
            sock.settimeout(None)
        except (OSError, h11.RemoteProtocolError) as error:
            sock.close()
            raise Unreachable("EOF") from error
        except BaseException:
            sock.close()
            raise
        names = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
        return Upgraded(sock, "", http.trailing_data[0]), names


def _read_answer(http: h11.Connection, sock: socket.socket) -> h11.InformationalResponse:
    """Return the answer by which the server switches. Raises Refused with any other."""
    event = _next(http, sock)
    while isinstance(event, h11.InformationalResponse) and event.status_code != 101:
        event = _next(http, sock)
    if isinstance(event, h11.InformationalResponse):
        return event
    if not isinstance(event, h11.Response):
        raise ConnectionError("the server hung up")
    body = b""
    while isinstance(part := _next(http, sock), h11.Data) and len(body) < MAX_ANSWER:
        body += part.data
    content_type = next((value.decode("latin-1") for name, value in event.headers if name == b"content-type"), "")
    raise Refused(event.status_code, read_error(event.status_code, content_type, body))


def _next(http: h11.Connection, sock: socket.socket) -> object:
    while (event := http.next_event()) is h11.NEED_DATA:
        http.receive_data(sock.recv(CHUNK))
    return event
