"""Passes datagrams on: each client of a listener has a socket of its own towards where they go, so that answers find back.

One thread for any number of listeners. A listener remembers the clients that spoke last; who was silent for longest makes room. As
with any datagram, what cannot be passed on at once is lost.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from minikube_py.component_base.selector_thread import SelectorThread

MAX_DATAGRAM = 65535
MAX_CLIENTS = 256  # of one listener
MAX_WAITING = 16  # datagrams of a client that is not yet connected
Address = Any  # as the socket module has them
Connect = Callable[[str], socket.socket]  # is given the client's address; returns a connected socket


class _Flow:
    """What one client says: `outgoing` leads to where it goes, once that is known."""

    def __init__(self, client: Address) -> None:
        self.client = client
        self.outgoing: socket.socket | None = None
        self.waiting: list[bytes] = []


class _Listener:
    def __init__(self, sock: socket.socket, connect: Connect) -> None:
        self.sock, self.connect = sock, connect
        self.flows: OrderedDict[Address, _Flow] = OrderedDict()


class DatagramRelay:
    """A thread that serves listeners of datagrams. `connect` calls may block: they run on `executor`."""

    def __init__(self, executor: Executor, max_clients: int = MAX_CLIENTS, name: str = "datagrams") -> None:
        self._executor, self._max_clients = executor, max_clients
        self._listeners: dict[socket.socket, _Listener] = {}
        self._thread = SelectorThread(name)
        self._selector = self._thread.selector

    def serve(self, sock: socket.socket, connect: Connect) -> None:
        """Pass on what comes in at a bound socket, and back what is answered. The socket is the relay's from now on."""
        sock.setblocking(False)
        listener = _Listener(sock, connect)

        def start() -> None:
            self._listeners[sock] = listener
            self._selector.register(sock, selectors.EVENT_READ, lambda mask: self._take(listener))

        if not self._thread.do(start):
            sock.close()

    def stop_serving(self, sock: socket.socket) -> None:
        """Close a listener, and forget its clients."""
        self._thread.do(lambda: self._drop_listener(sock))

    def close(self) -> None:
        """End the thread and close everything it holds."""
        self._thread.end()
        for sock in list(self._listeners):
            self._drop_listener(sock)
        self._thread.close()

    def _take(self, listener: _Listener) -> None:
        """Pass on one datagram of a client."""
        try:
            data, client = listener.sock.recvfrom(MAX_DATAGRAM)
        except OSError:  # an answer to somebody was refused; it says nothing of this listener
            return
        flow = listener.flows.get(client)
        if flow is None:
            flow = self._begin(listener, client)
        listener.flows.move_to_end(client)
        if flow.outgoing is not None:
            self._send(listener, flow, data)
        elif len(flow.waiting) < MAX_WAITING:
            flow.waiting.append(data)

    def _begin(self, listener: _Listener, client: Address) -> _Flow:
        if len(listener.flows) >= self._max_clients:
            self._drop(listener, next(iter(listener.flows)))
        flow = listener.flows[client] = _Flow(client)

        def reach() -> None:
            try:
                outgoing = listener.connect(client[0])
            except OSError:
                self._thread.do(lambda: self._forget(listener, flow))
                return
            outgoing.setblocking(False)
            if not self._thread.do(lambda: self._join(listener, flow, outgoing)):
                outgoing.close()

        self._executor.submit(reach)
        return flow

    def _join(self, listener: _Listener, flow: _Flow, outgoing: socket.socket) -> None:
        if listener.flows.get(flow.client) is not flow or listener.sock not in self._listeners:
            outgoing.close()
            return
        flow.outgoing = outgoing
        self._selector.register(outgoing, selectors.EVENT_READ, lambda mask: self._answer(listener, flow, outgoing))
        for data in flow.waiting:
            self._send(listener, flow, data)
        flow.waiting = []

    def _send(self, listener: _Listener, flow: _Flow, data: bytes) -> None:
        if flow.outgoing is None:
            return
        try:
            flow.outgoing.send(data)
        except BlockingIOError:
            return
        except OSError:  # nobody is there any more: the next datagram finds another way
            self._forget(listener, flow)

    def _answer(self, listener: _Listener, flow: _Flow, outgoing: socket.socket) -> None:
        """Pass one datagram back to its client."""
        try:
            data = outgoing.recv(MAX_DATAGRAM)
        except BlockingIOError:
            return
        except OSError:
            self._forget(listener, flow)
            return
        with contextlib.suppress(OSError):
            listener.sock.sendto(data, flow.client)

    def _forget(self, listener: _Listener, flow: _Flow) -> None:
        if listener.flows.get(flow.client) is flow:
            self._drop(listener, flow.client)

    def _drop(self, listener: _Listener, client: Address) -> None:
        flow = listener.flows.pop(client)
        if flow.outgoing is not None:
            self._selector.unregister(flow.outgoing)
            flow.outgoing.close()
            flow.outgoing = None

    def _drop_listener(self, sock: socket.socket) -> None:
        listener = self._listeners.pop(sock, None)
        if listener is None:
            return
        for client in list(listener.flows):
            self._drop(listener, client)
        self._selector.unregister(sock)
        sock.close()
