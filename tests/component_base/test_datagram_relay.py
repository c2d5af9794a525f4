"""DatagramRelay: what clients send arrives, and answers find back to who asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from minikube_py.component_base.datagram_relay import DatagramRelay

SECONDS = 10.0


def bind() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(SECONDS)
    sock.bind(("127.0.0.1", 0))
    return sock


@pytest.fixture
def relay() -> Iterator[DatagramRelay]:
    with ThreadPoolExecutor(2) as executor:
        relay = DatagramRelay(executor)
        yield relay
        relay.close()


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """What datagrams go to."""
    with bind() as sock:
        yield sock


def serve(relay: DatagramRelay, server: socket.socket) -> tuple[str, int]:
    """Serve a listener that leads to `server`; return its address."""
    listener = bind()
    address: tuple[str, int] = listener.getsockname()

    def connect(client: str) -> socket.socket:
        outgoing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        outgoing.connect(server.getsockname())
        return outgoing

    relay.serve(listener, connect)
    return address


def answer(server: socket.socket, times: int = 1) -> None:
    """Answer what comes with the same in upper case."""
    for _ in range(times):
        data, client = server.recvfrom(100)
        server.sendto(data.upper(), client)


def test_each_client_gets_its_own_answers(relay: DatagramRelay, server: socket.socket) -> None:
    address = serve(relay, server)
    with bind() as one, bind() as two:
        one.sendto(b"one", address)
        two.sendto(b"two", address)
        answer(server, 2)
        assert (one.recv(100), two.recv(100)) == (b"ONE", b"TWO")
        one.sendto(b"again", address)
        answer(server)
        assert one.recv(100) == b"AGAIN"


def test_a_client_keeps_its_way(relay: DatagramRelay, server: socket.socket) -> None:
    address = serve(relay, server)
    with bind() as client:
        froms = set()
        for _ in range(3):
            client.sendto(b"x", address)
            froms.add(server.recvfrom(10)[1])
        assert len(froms) == 1


def test_what_leads_nowhere_is_tried_again(relay: DatagramRelay, server: socket.socket) -> None:
    listener, tried = bind(), threading.Event()
    address = listener.getsockname()

    def connect(client: str) -> socket.socket:
        if not tried.is_set():
            tried.set()
            raise ConnectionRefusedError
        outgoing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        outgoing.connect(server.getsockname())
        return outgoing

    relay.serve(listener, connect)
    server.settimeout(0.05)
    with bind() as client:
        client.sendto(b"lost", address)
        assert tried.wait(SECONDS)
        for _ in range(200):
            client.sendto(b"found", address)
            try:
                assert server.recv(10) == b"found"
                break
            except TimeoutError:
                continue
        else:
            pytest.fail("never passed on")


def test_who_was_silent_for_longest_makes_room(server: socket.socket) -> None:
    with ThreadPoolExecutor(2) as executor, bind() as one, bind() as two:
        relay = DatagramRelay(executor, max_clients=1)
        address = serve(relay, server)
        for client in (one, two, one, two):
            client.sendto(b"x", address)
            answer(server)
            assert client.recv(10) == b"X"
        relay.close()


def test_a_relay_that_is_closed_closes_what_it_is_given() -> None:
    with ThreadPoolExecutor(1) as executor:
        relay = DatagramRelay(executor)
        early, late = bind(), bind()
        relay.serve(early, lambda client: bind())
        relay.close()
        relay.serve(late, lambda client: bind())
        assert (early.fileno(), late.fileno()) == (-1, -1)
