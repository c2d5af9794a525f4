"""exec, attach and port-forward over HTTP: opens a pod's streams for a request and says how the connection goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.apimachinery.httpstream.port_forward import (
    CHANNEL_PROTOCOLS,
    MAX_PORTS,
    SPDY_PROTOCOL,
    TUNNEL_PROTOCOL,
    ChannelPortForward,
    PortForward,
    SpdyPortForward,
    TunnelledPortForward,
)
from minikube_py.apimachinery.httpstream.remote_command import (
    SPDY_PROTOCOLS,
    WEBSOCKET_PROTOCOLS,
    RemoteCommand,
    SpdyCommand,
    Wanted,
    WebSocketCommand,
)
from minikube_py.apiserver.serving.command_streams import CommandSession, tell_failure
from minikube_py.apiserver.serving.forward_streams import ForwardSession
from minikube_py.apiserver.serving.upgrading import Agreed, agree
from minikube_py.client.http.records import Channel, Upgrade
from minikube_py.client.http_message import HttpAnswer, HttpRequest
from minikube_py.client.streams import PodStreams, Stream, StreamError

if TYPE_CHECKING:
    from minikube_py.apiserver.serving.handler import Run
    from minikube_py.apiserver.serving.worker import Worker
    from minikube_py.client.request import Request

T = TypeVar("T")
MAX_DIGITS = 20
Query = dict[str, list[str]]
NO_STREAM = "you must specify at least one of stdin, stdout, stderr"


class PodConnections:
    """Connects requests with what `streams` opens. Its `connect` is what `Parts.connect` asks for."""

    def __init__(self, streams: PodStreams) -> None:
        self._streams = streams

    async def connect(self, message: HttpRequest, request: Request, run: Run) -> Upgrade | HttpAnswer:
        """Open what is asked for and say how the connection goes on. Raises StatusError."""
        query = parse_qs(urlsplit(message.target).query, keep_blank_values=True)
        if request.subresource == "portforward":
            return await self._forward(message, request, query, run)
        return await self._command(message, request, query, run)

    async def _command(self, message: HttpRequest, request: Request, query: Query, run: Run) -> Upgrade:
        wanted = Wanted(*(_read_switch(query, name) for name in ("stdin", "stdout", "stderr", "tty")))
        if not (wanted.stdin or wanted.stdout or wanted.stderr):
            raise BadRequest(NO_STREAM)
        agreed = agree(message, WEBSOCKET_PROTOCOLS, SPDY_PROTOCOLS)
        container, words = query.get("container", [""])[-1], query.get("command") or []
        if request.subresource == "exec" and not words:
            raise BadRequest("you must specify at least one command for the container")
        if request.subresource == "exec":
            opening = partial(self._streams.exec, request.namespace, request.name, container, words)
        else:
            opening = partial(self._streams.attach, request.namespace, request.name, container)
        try:
            stream = await _in_thread(run, partial(opening, stdin=wanted.stdin, tty=wanted.tty))
        except StreamError as error:
            return Upgrade(agreed.headers, partial(_refuse, agreed, wanted, str(error)))
        attached = request.subresource == "attach"
        return Upgrade(agreed.headers, partial(_run_command, agreed, wanted, stream, attached))

    async def _forward(self, message: HttpRequest, request: Request, query: Query, run: Run) -> Upgrade:
        agreed = agree(message, (TUNNEL_PROTOCOL, *CHANNEL_PROTOCOLS), (SPDY_PROTOCOL,))
        ports = [_read_port(text) for texts in query.get("ports") or () for text in texts.split(",")]
        if agreed.websocket and agreed.protocol != TUNNEL_PROTOCOL and not 0 < len(ports) <= MAX_PORTS:
            raise BadRequest(f'query parameter "ports" must name 1 to {MAX_PORTS} ports')
        try:
            dial = await _in_thread(run, partial(self._streams.open_port_forward, request.namespace, request.name))
        except StreamError as error:
            raise BadRequest(str(error)) from error

        async def connect(port: int) -> Any:
            return await _in_thread(run, partial(dial, port))

        async def serve(channel: Channel) -> None:
            await ForwardSession(channel, _make_forward(agreed, ports), connect).run()

        return Upgrade(agreed.headers, serve)


def _in_thread(run: Run, job: Callable[[], T]) -> Awaitable[T]:
    def call(worker: Worker) -> T:
        return job()

    return run(call)


def _make_command(agreed: Agreed, wanted: Wanted) -> RemoteCommand:
    kind: Callable[[str, Wanted], RemoteCommand] = WebSocketCommand if agreed.websocket else SpdyCommand
    return kind(agreed.protocol, wanted)


async def _run_command(agreed: Agreed, wanted: Wanted, stream: Stream, attached: bool, channel: Channel) -> None:
    await CommandSession(channel, _make_command(agreed, wanted), stream, attached=attached).run()


async def _refuse(agreed: Agreed, wanted: Wanted, text: str, channel: Channel) -> None:
    await tell_failure(channel, _make_command(agreed, wanted), text)


def _make_forward(agreed: Agreed, ports: list[int]) -> PortForward:
    if not agreed.websocket:
        return SpdyPortForward()
    return TunnelledPortForward() if agreed.protocol == TUNNEL_PROTOCOL else ChannelPortForward(ports)


def _read_switch(query: Query, name: str) -> bool:
    """Return whether a query parameter is set: present without a value it is, as Go's conversion of options reads it."""
    text = query.get(name, ["false"])[-1].lower()
    return text not in ("false", "0")


def _read_port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < MAX_DIGITS and 0 < int(text) < 65536):
        raise BadRequest(f'unable to parse "{text}" as a port')
    return int(text)
