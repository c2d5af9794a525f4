"""Listens on local ports and carries each connection to a port of a pod. client-go's tools/portforward."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.client.streams import StreamError

Dial = Callable[[int], socket.socket]

CHUNK = 64 * 1024
BACKLOG = 128
LOST = "lost connection to pod"


class ForwardedPort(NamedTuple):
    """A pair of ports; `local` 0 is any free one."""

    local: int
    remote: int


class Address(NamedTuple):
    """Where to listen. Of those with `any_will_do` (localhost's two) one must work, others must all."""

    host: str
    family: socket.AddressFamily
    any_will_do: bool

    def format(self, port: int) -> str:
        """Return `127.0.0.1:80` or `[::1]:80`."""
        return f"[{self.host}]:{port}" if self.family == socket.AF_INET6 else f"{self.host}:{port}"


def parse_ports(texts: Sequence[str]) -> list[ForwardedPort]:
    """Return the pairs of `5000`, `8888:5000` and `:5000`. Raises CliError."""
    ports = []
    for text in texts:
        parts = text.split(":")
        if len(parts) > 2:
            raise CliError(f"invalid port format '{text}'")
        local = _parse_port(parts[0] or ("0" if len(parts) == 2 else ""), "local")
        remote = _parse_port(parts[-1], "remote")
        if remote == 0:
            raise CliError("remote port must be > 0")
        ports.append(ForwardedPort(local, remote))
    return ports


def _parse_port(text: str, which: str) -> int:
    failed = f"error parsing {which} port '{text}': strconv.ParseUint: parsing \"{text}\": "
    if not (text.isascii() and text.isdigit()):
        raise CliError(failed + "invalid syntax")
    if int(text) > 65535:
        raise CliError(failed + "value out of range")
    return int(text)


def parse_addresses(texts: Sequence[str]) -> list[Address]:
    """Return where to listen, sorted. Raises CliError for what is neither an IP address nor localhost."""
    import ipaddress

    if not texts:
        raise CliError("you must specify at least 1 address")
    found: dict[str, Address] = {}
    for text in texts:
        if text == "localhost":
            found.setdefault("127.0.0.1", Address("127.0.0.1", socket.AF_INET, True))
            found.setdefault("::1", Address("::1", socket.AF_INET6, True))
            continue
        try:
            version = ipaddress.ip_address(text).version
        except ValueError:
            raise CliError(f"{text} is not a valid IP") from None
        found[text] = Address(text, socket.AF_INET if version == 4 else socket.AF_INET6, False)
    return [found[host] for host in sorted(found)]


class PortForwarder:
    """One session: listens, and for each connection opens one to the pod with `dial(port)`. A failed dial ends it."""

    def __init__(self, factory: Factory, dial: Dial, addresses: Sequence[Address], ports: Sequence[ForwardedPort]) -> None:
        self._factory, self._dial, self._addresses, self._ports = factory, dial, addresses, ports
        self._listeners: dict[socket.socket, ForwardedPort] = {}
        self._failures: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._failed, self._failing = socket.socketpair()
        self._speech = threading.Lock()

    def run(self) -> None:
        """Forward until interrupted. Raises CliError where nothing can be listened on, or the pod is lost."""
        try:
            for port in self._ports:
                self._listen(port)
            if not self._listeners:
                pairs = " ".join(f"{{{p.local} {p.remote}}}" for p in self._ports)
                raise CliError(f"unable to listen on any of the requested ports: [{pairs}]")
            while self._failures.empty():
                ready, _, _ = select.select([self._failed, *self._listeners], [], [])
                for listener in ready:
                    if listener is not self._failed:
                        self._accept(listener)
            self._tell_error(self._failures.get())
            raise CliError(LOST)
        finally:
            for one in (*self._listeners, self._failed, self._failing):
                one.close()

    def _listen(self, port: ForwardedPort) -> None:
        opened: list[tuple[Address, socket.socket]] = []
        problems: list[tuple[Address, str]] = []
        local = port.local
        for address in self._addresses:
            try:
                listener = open_listener(address, local)
            except OSError as error:
                why = os.strerror(error.errno or 0).lower()
                network = "tcp4" if address.family == socket.AF_INET else "tcp6"
                text = f"unable to create listener: Error listen {network} {address.format(local)}: bind: {why}"
                problems.append((address, text))
                continue
            local = listener.getsockname()[1]
            opened.append((address, listener))
            self._listeners[listener] = ForwardedPort(local, port.remote)
            self._say(f"Forwarding from {address.format(local)} -> {port.remote}")
        group_works = any(address.any_will_do for address, _ in opened)
        if any(not (address.any_will_do and group_works) for address, _ in problems):
            listed = " ".join(text for _, text in problems)
            self._factory.warn(
                f"Unable to listen on port {local}: Listeners failed to create with the following errors: [{listed}]"
            )

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # gone again before it was taken
            return
        port = self._listeners[listener]
        self._say(f"Handling connection for {port.local}")
        threading.Thread(target=self._handle, args=(connection, port), daemon=True).start()

    def _handle(self, connection: socket.socket, port: ForwardedPort) -> None:
        with connection:
            try:
                remote = self._dial(port.remote)
            except StreamError as error:
                self._fail(port, str(error))
                return
            with remote:
                splice(connection, remote)
            if failure := getattr(remote, "failure", ""):  # of a cluster elsewhere, that a connection failed is told at its end
                self._fail(port, failure)

    def _fail(self, port: ForwardedPort, why: str) -> None:
        self._failures.put(f"an error occurred forwarding {port.local} -> {port.remote}: {why}")
        with contextlib.suppress(OSError):  # another connection's failure ended the forwarding already
            self._failing.send(b"!")

    def _say(self, text: str) -> None:
        with self._speech:
            self._factory.write(text + "\n")
            self._factory.streams.stdout.flush()

    def _tell_error(self, text: str) -> None:
        """Write an error in the form of kubectl's log."""
        now = self._factory.clock.now()
        stamp = time.strftime("%m%d %H:%M:%S", time.localtime(now)) + f".{int(now % 1 * 1_000_000):06d}"
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        self._factory.warn(f'E{stamp} {os.getpid():7d} portforward.go:424] "Unhandled Error" err="{quoted}"')


def open_listener(address: Address, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError."""
    listener = socket.socket(address.family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address.host, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def splice(local: socket.socket, remote: socket.socket) -> None:
    """Carry bytes both ways until the remote side has ended, half-closes included."""
    local.setblocking(True)
    upstream = threading.Thread(target=_copy, args=(local, remote), daemon=True)
    upstream.start()
    _copy(remote, local)
    with contextlib.suppress(OSError):
        local.shutdown(socket.SHUT_RDWR)
    upstream.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
