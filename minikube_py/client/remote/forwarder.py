"""Passes requests on to an API server as a kubeconfig's user, with what only a proxy has to do: `mk proxy`."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from minikube_py.client.http.forwarding import OF_ONE_HOP, Passed, Wire, open_wire
from minikube_py.client.http.records import Streamed, Upgrade
from minikube_py.client.http.sockets import keep_alive
from minikube_py.client.remote.tls import describe_tls_error
from minikube_py.client.request import Unreachable

if TYPE_CHECKING:
    from minikube_py.client.http_message import HttpRequest
    from minikube_py.client.remote.dialer import Dialer
    from minikube_py.client.remote.identity import Headers, Identity

MAX_IDLE = 32
OWN = OF_ONE_HOP | {"host", "content-length", "expect", "x-forwarded-for"}
LISTS = ("x-stream-protocol-version", "impersonate-group")  # stand once for each value: not every server splits them
IMPERSONATE = "impersonate-"
READS = ("GET", "HEAD", "OPTIONS")


class Forwarder:
    """A way to one server for the requests of others. `keepalive` is TCP's period in seconds, 0 for none. Lives on one event loop.

    With `appends_path` the path in the server's URL goes before that of each request.
    """

    def __init__(self, dialer: Dialer, identity: Identity, *, keepalive: float = 0, appends_path: bool = False) -> None:
        self._dialer, self._identity, self._keepalive = dialer, identity, keepalive
        self._prefix = dialer.server.prefix if appends_path else ""
        self._idle: list[Wire] = []

    async def forward(self, message: HttpRequest, client: str = "") -> Streamed | Upgrade:
        """Return the server's answer to a message from the address `client`. Raises Unreachable and ConfigError."""
        reply = await self._ask(message, client)
        if isinstance(reply, Streamed) and reply.status == 401 and await asyncio.to_thread(self._identity.renew):
            await reply.parts.aclose()
            reply = await self._ask(message, client)
        return reply

    async def _ask(self, message: HttpRequest, client: str) -> Streamed | Upgrade:
        own = await asyncio.to_thread(self._identity.headers)
        request = self._rewrite(message, own, client)
        while wire := self._take():
            try:
                return await wire.ask(request, self._give_back)
            except ConnectionError as error:  # the server had hung up on the one that waited
                if message.method not in READS:
                    raise Unreachable(str(error)) from error
        try:
            return await (await self._open()).ask(request, self._give_back)
        except ConnectionError as error:
            cause = error.__cause__  # a certificate of ours may be refused as late as that
            told = describe_tls_error(cause, "") if isinstance(cause, ssl.SSLError) else str(error)
            raise Unreachable(told) from error

    def _rewrite(self, message: HttpRequest, own: Headers, client: str) -> Passed:
        """Return what the server is sent: who is named in the message already is not named again."""
        given = message.headers
        headers = [("Host", self._dialer.server.address.shown)]
        for name, value in given.items():
            if name in LISTS or name.startswith(f"{IMPERSONATE}extra-"):
                headers += [(name, one.strip()) for one in value.split(",")]
            elif name not in OWN:
                headers.append((name, value))
        acts = any(name.startswith(IMPERSONATE) for name in given)
        for name, value in own:
            if name.lower() not in given and not (acts and name.lower().startswith(IMPERSONATE)):
                headers.append((name, value))
        chain = [*filter(None, (message.header("x-forwarded-for"), client))]
        headers += [("X-Forwarded-For", ", ".join(chain))] if chain else []
        upgrade = message.header("upgrade") if "upgrade" in message.header("connection").lower() else ""
        return Passed(message.method, self._prefix + message.target, headers, message.body, upgrade)

    def _take(self) -> Wire | None:
        while self._idle:
            wire = self._idle.pop()
            if wire.is_open:
                return wire
            wire.close()
        return None

    def _give_back(self, wire: Wire) -> None:
        if len(self._idle) < MAX_IDLE:
            self._idle.append(wire)
        else:
            wire.close()

    async def _open(self) -> Wire:
        dialer = self._dialer
        sock = await asyncio.to_thread(dialer.open_raw)
        try:
            keep_alive(sock, self._keepalive)
            tls = await asyncio.to_thread(self._identity.make_tls) if dialer.server.tls else None
        except BaseException:
            sock.close()
            raise
        try:
            return await open_wire(sock, tls, dialer.server.server_name)
        except OSError as error:
            raise Unreachable(await asyncio.to_thread(dialer.explain, error)) from error

    def close(self) -> None:
        """Close the connections that wait for another request."""
        for wire in self._idle:
            wire.close()
        self._idle.clear()
