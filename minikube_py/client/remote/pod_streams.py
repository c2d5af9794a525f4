"""Streams to pods of a server elsewhere: fulfils `client.streams.PodStreams` over https."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlencode

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.httpstream.port_forward import SPDY_PROTOCOL, TUNNEL_PROTOCOL
from minikube_py.apimachinery.httpstream.remote_command import ERROR, RESIZE, STDIN, V4, V5
from minikube_py.client.remote.command_carriers import SpdyCarrier, WebSocketCarrier
from minikube_py.client.remote.command_stream import CommandStream
from minikube_py.client.remote.forward_tunnel import Tunnel
from minikube_py.client.remote.upgrades import Refused, Upgraded, Upgrader
from minikube_py.client.request import Request
from minikube_py.client.request_path import make_target
from minikube_py.client.streams import STDERR, STDOUT, LogRequest, Stream, StreamError
from minikube_py.component_base.clock import format_rfc3339


class RemotePodStreams:
    """Opens streams with `upgrader`, and reads logs with `read(target)`."""

    def __init__(self, upgrader: Upgrader, read: Callable[[str], Iterator[bytes]]) -> None:
        self._upgrader, self._read = upgrader, read

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        """Yield a container's log piece by piece."""
        params = {
            "container": request.container,
            "follow": "true" if request.follow else "",
            "previous": "true" if request.previous else "",
            "tailLines": "" if request.tail_lines is None else str(request.tail_lines),
            "sinceTime": "" if request.since is None else format_rfc3339(request.since),
            "timestamps": "true" if request.timestamps else "",
            "limitBytes": "" if request.limit_bytes is None else str(request.limit_bytes),
        }
        return self._read(_make_target(namespace, pod, "log", [(k, v) for k, v in params.items() if v]))

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Stream:
        """Run a command in a running container."""
        words = [("command", word) for word in command]
        return self._open(_Wanted(namespace, pod, "exec", container, stdin, tty), words)

    def attach(self, namespace: str, pod: str, container: str, *, stdin: bool, tty: bool, replay: bool = False) -> Stream:
        """Join a running container's own streams. What it wrote before cannot be had in the same stream from a server elsewhere."""
        return self._open(_Wanted(namespace, pod, "attach", container, stdin, tty), [])

    def _open(self, wanted: _Wanted, words: list[tuple[str, str]]) -> Stream:
        """Open a WebSocket or, where the server has none or refuses them, SPDY: a role may allow to create an exec and not to get one."""
        target = _make_target(wanted.namespace, wanted.pod, wanted.subresource, [*words, *wanted.list_params()])
        try:
            upgraded = self._upgrader.open_websocket(target, (V5, V4))
            return CommandStream(upgraded, WebSocketCarrier(upgraded.protocol))
        except Refused:
            pass
        try:
            return CommandStream(self._upgrader.open_spdy(target, (V4,)), SpdyCarrier(wanted.list_channels()))
        except Refused as refused:
            raise refused.error from None

    def open_port_forward(self, namespace: str, pod: str) -> Callable[[int], socket.socket]:
        """Begin a session with the pod. A first connection is opened at once, so that what is wrong shows now."""
        target = _make_target(namespace, pod, "portforward", [])
        waiting = [self._open_tunnel(target)]

        def dial(port: int) -> socket.socket:
            try:
                upgraded = waiting.pop() if waiting else self._open_tunnel(target)
            except StatusError as error:
                raise StreamError(str(error)) from error
            return Tunnel(upgraded, port).local

        return dial

    def port_forward(self, namespace: str, pod: str, port: int) -> socket.socket:
        """Connect to a port of the pod, once."""
        return self.open_port_forward(namespace, pod)(port)

    def _open_tunnel(self, target: str) -> Upgraded:
        with suppress(Refused):
            return self._upgrader.open_websocket(target, (TUNNEL_PROTOCOL,))
        try:
            return self._upgrader.open_spdy(target, (SPDY_PROTOCOL,))
        except Refused as refused:
            raise StreamError(f"error upgrading connection: {refused.error}") from None


class _Wanted(NamedTuple):
    """What is asked of a container."""

    namespace: str
    pod: str
    subresource: str
    container: str
    stdin: bool
    tty: bool

    def list_params(self) -> list[tuple[str, str]]:
        """Return it as the request's parameters."""
        wanted = (("stdin", self.stdin), ("stdout", True), ("stderr", not self.tty), ("tty", self.tty))
        return [("container", self.container), *((name, "true") for name, value in wanted if value)]

    def list_channels(self) -> list[int]:
        """Return the streams it takes."""
        return [ERROR, *[STDIN] * self.stdin, STDOUT, *([RESIZE] if self.tty else [STDERR])]


def _make_target(namespace: str, pod: str, subresource: str, params: list[tuple[str, str]]) -> str:
    path = make_target(Request("get", "", "v1", "pods", namespace, pod, subresource))
    return f"{path}?{urlencode(params)}" if params else path
