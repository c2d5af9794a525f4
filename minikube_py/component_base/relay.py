"""Joins sockets: what comes in at one goes out at the other, both ways, for any number of pairs in one thread.

A slow reader stops only its own pair: no more is read from one side while the other has a full buffer. Half-closes are passed on.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor

from minikube_py.component_base.selector_thread import SelectorThread

BUFFER = 256 * 1024
Connect = Callable[[str], socket.socket]  # is given the address of who connected, "" where there is none


class _End:
    """One side of a pair: what waits to be written to it, and whether its reading side is over."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.pending = bytearray()
        self.ended = False  # it sends no more
        self.told = False  # its peer was told so
        self.peer: _End = self


class Relay:
    """A thread that serves listeners and joins connections. `connect` calls may block: they run on `executor`."""

    def __init__(self, executor: Executor, name: str = "relay") -> None:
        self._executor = executor
        self._lock = threading.Lock()
        self._held: set[socket.socket] = set()  # watched or not: who ended and owes nothing is not in the selector
        self._closed = False
        self._thread = SelectorThread(name)
        self._selector = self._thread.selector

    def serve(self, listener: socket.socket, connect: Connect) -> None:
        """Accept at `listener`, and join each connection with what `connect` returns; refused ones are closed."""
        listener.setblocking(False)
        if not self._hold(listener):
            return
        self._thread.do(
            lambda: self._selector.register(listener, selectors.EVENT_READ, lambda mask: self._accept(listener, connect))
        )

    def stop_serving(self, listener: socket.socket) -> None:
        """Close a listener; its connections live on."""

        def stop() -> None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(listener)
            self._release(listener)

        self._thread.do(stop)

    def join(self, one: socket.socket, other: socket.socket) -> None:
        """Relay between two connected sockets until both ends are closed. They are the relay's from now on."""
        if self._hold(one, other):
            self._thread.do(lambda: self._join(one, other))

    def swallow(self, sock: socket.socket) -> None:
        """Read and forget what comes, until the other side ends; the socket is the relay's from now on."""
        sock.setblocking(False)
        if self._hold(sock):
            self._thread.do(lambda: self._selector.register(sock, selectors.EVENT_READ, lambda mask: self._forget(sock)))

    def _forget(self, sock: socket.socket) -> None:
        try:
            if sock.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:  # reset: that is an end, too
            pass
        self._selector.unregister(sock)
        self._release(sock)

    def close(self) -> None:
        """End the thread and close everything it holds, and what it is still given."""
        with self._lock:
            self._closed = True
        self._thread.end()
        with self._lock:
            held, self._held = self._held, set()
        for sock in held:
            sock.close()
        self._thread.close()

    def _hold(self, *sockets: socket.socket) -> bool:
        """Return whether the relay took them; one that is closed closes them."""
        with self._lock:
            if not self._closed:
                self._held.update(sockets)
                return True
        for sock in sockets:
            sock.close()
        return False

    def _release(self, sock: socket.socket) -> None:
        with self._lock:
            self._held.discard(sock)
        sock.close()

    def _accept(self, listener: socket.socket, connect: Connect) -> None:
        try:
            incoming, peer = listener.accept()
        except OSError:  # it went away again
            return

        def reach() -> None:
            try:
                outgoing = connect(peer[0] if isinstance(peer, tuple) else "")
            except OSError:
                incoming.close()
                return
            self.join(incoming, outgoing)

        self._executor.submit(reach)

    def _join(self, one: socket.socket, other: socket.socket) -> None:
        ends = _End(one), _End(other)
        for end, peer in (ends, ends[::-1]):
            end.peer = peer
            end.sock.setblocking(False)
            self._selector.register(end.sock, selectors.EVENT_READ, lambda mask, end=end: self._move(end, mask))

    def _move(self, end: _End, mask: int) -> None:
        try:
            if mask & selectors.EVENT_WRITE:
                self._flush(end)
            if mask & selectors.EVENT_READ and not end.ended:
                data = end.sock.recv(65536)
                end.ended = not data
                end.peer.pending += data
                self._flush(end.peer)
        except BlockingIOError:
            pass
        except OSError:  # reset by one side: the other's connection ends too
            self._drop(end)
            return
        self._settle(end)

    def _flush(self, end: _End) -> None:
        with contextlib.suppress(BlockingIOError):
            while end.pending:
                del end.pending[: end.sock.send(end.pending)]

    def _settle(self, end: _End) -> None:
        for one in (end, end.peer):
            if one.peer.ended and not one.pending and not one.told:
                one.told = True
                with contextlib.suppress(OSError):
                    one.sock.shutdown(socket.SHUT_WR)
        if end.told and end.peer.told:
            self._drop(end)
            return
        for one in (end, end.peer):
            wanted = selectors.EVENT_WRITE if one.pending else 0
            if not one.ended and len(one.peer.pending) < BUFFER:
                wanted |= selectors.EVENT_READ
            self._watch(one, wanted)

    def _watch(self, end: _End, wanted: int) -> None:
        key = self._selector.get_map().get(end.sock)
        if not wanted:
            if key is not None:
                self._selector.unregister(end.sock)
        elif key is None:
            self._selector.register(end.sock, wanted, lambda mask: self._move(end, mask))
        elif key.events != wanted:
            self._selector.modify(end.sock, wanted, key.data)

    def _drop(self, end: _End) -> None:
        for one in (end, end.peer):
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(one.sock)
            self._release(one.sock)
