"""Relay: bytes pass both ways, ends are passed on, and one slow pair does not stop another."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from minikube_py.component_base.relay import BUFFER, Relay

SECONDS = 10.0


@pytest.fixture
def relay() -> Iterator[Relay]:
    with ThreadPoolExecutor(2) as executor:
        relay = Relay(executor)
        yield relay
        relay.close()


def joined(relay: Relay) -> tuple[socket.socket, socket.socket]:
    """Return the far ends of a relayed pair."""
    left, left_inner = socket.socketpair()
    right, right_inner = socket.socketpair()
    for sock in (left, right):
        sock.settimeout(SECONDS)
    relay.join(left_inner, right_inner)
    return left, right


def read_all(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = sock.recv(65536)
        if not chunk:
            break
        data += chunk
    return data


def test_bytes_pass_both_ways(relay: Relay) -> None:
    left, right = joined(relay)
    left.sendall(b"ping")
    assert right.recv(4) == b"ping"
    right.sendall(b"pong")
    assert left.recv(4) == b"pong"
    left.close()
    right.close()


def test_a_half_close_is_passed_on_and_the_other_half_goes_on(relay: Relay) -> None:
    left, right = joined(relay)
    left.sendall(b"question")
    left.shutdown(socket.SHUT_WR)
    assert read_all(right, 100) == b"question"
    right.sendall(b"answer")
    right.close()
    assert read_all(left, 100) == b"answer"
    left.close()


def test_a_slow_reader_stops_only_its_own_pair(relay: Relay) -> None:
    slow, silent = joined(relay)
    slow.setblocking(False)
    sent = 0
    try:
        while sent < 64 * BUFFER:
            sent += slow.send(b"x" * 65536)
    except BlockingIOError:
        pass
    assert sent < 64 * BUFFER  # somebody made it wait
    left, right = joined(relay)
    left.sendall(b"hello")
    assert right.recv(5) == b"hello"
    assert read_all(silent, sent) == b"x" * sent
    for sock in (slow, silent, left, right):
        sock.close()


def test_who_connects_to_a_listener_is_joined_with_what_connect_returns(relay: Relay) -> None:
    inner, far = socket.socketpair()
    far.settimeout(SECONDS)
    listener = socket.create_server(("127.0.0.1", 0))
    relay.serve(listener, lambda client: inner)
    with socket.create_connection(listener.getsockname(), SECONDS) as client:
        client.sendall(b"hi")
        assert far.recv(2) == b"hi"
    far.close()


def test_a_connection_that_leads_nowhere_is_closed(relay: Relay) -> None:
    def refuse(client: str) -> socket.socket:
        raise ConnectionRefusedError

    listener = socket.create_server(("127.0.0.1", 0))
    relay.serve(listener, refuse)
    with socket.create_connection(listener.getsockname(), SECONDS) as client:
        client.settimeout(SECONDS)
        assert client.recv(1) == b""


def test_what_is_swallowed_can_be_written_to_without_end(relay: Relay) -> None:
    left, right = socket.socketpair()
    left.settimeout(SECONDS)
    relay.swallow(right)
    left.sendall(b"x" * 8 * BUFFER)
    left.shutdown(socket.SHUT_WR)
    assert left.recv(1) == b""
    left.close()


def test_who_ended_is_closed_with_the_relay_and_who_comes_later_at_once() -> None:
    with ThreadPoolExecutor(1) as executor:
        relay = Relay(executor)
        left, right = joined(relay)
        left.shutdown(socket.SHUT_WR)
        assert right.recv(1) == b""  # left's inner socket waits for nothing any more
        relay.close()
        assert left.recv(1) == b""
        late, late_inner = socket.socketpair()
        relay.join(late_inner, socket.socket())
        assert late.recv(1) == b""
    for sock in (left, right, late):
        sock.close()
