"""gRPC probes: what is asked, what is understood of the answer, and what is told of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from minikube_py.kubelet import grpc_health
from minikube_py.kubelet.grpc_health import DATA, END_STREAM, HEADERS, PREFACE, Frame, check_health, encode_frame, read_frame
from tests.kubelet.fakes import POD_IP, Cluster, SocketStream, make_pod

Object = dict[str, Any]
SETTINGS = Frame(grpc_health.SETTINGS, 0, 0, b"")
STARTED = Frame(HEADERS, 4, 1, b"\x88")
ENDED = Frame(HEADERS, 4 | END_STREAM, 1, b"\x88")


def answer(status: int) -> bytes:
    """The message that a server sends: nothing for 0, as protobuf has it."""
    body = bytes((0x08, status)) if status else b""
    return b"\x00" + len(body).to_bytes(4, "big") + body


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, server = socket.socketpair()
    ours.settimeout(10)
    with ours, server:
        yield ours, server


def send(server: socket.socket, *frames: Frame) -> None:
    server.sendall(b"".join(map(encode_frame, frames)))


@pytest.mark.parametrize(
    ("frames", "status"),
    [
        ([SETTINGS, STARTED, Frame(DATA, 0, 1, answer(1)), ENDED], "SERVING"),
        ([STARTED, Frame(DATA, 0, 1, answer(2)[:3]), Frame(DATA, END_STREAM, 1, answer(2)[3:])], "NOT_SERVING"),
        ([STARTED, Frame(DATA, 8, 1, b"\x02" + answer(3) + b"\0\0"), ENDED], "SERVICE_UNKNOWN"),
        ([STARTED, Frame(DATA, END_STREAM, 1, answer(0))], "UNKNOWN"),
        ([Frame(DATA, 0, 3, answer(2)), Frame(DATA, END_STREAM, 1, answer(1))], "SERVING"),
    ],
    ids=["serving", "in two pieces", "padded", "nothing said", "another stream"],
)
def test_the_status_of_a_server(pair: tuple[socket.socket, socket.socket], frames: list[Frame], status: str) -> None:
    ours, server = pair
    send(server, *frames)
    assert check_health(ours, "10.0.0.1:9000", "") == status


def test_what_is_asked(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, server = pair
    send(server, SETTINGS, Frame(grpc_health.PING, 0, 0, b"12345678"), Frame(DATA, END_STREAM, 1, answer(1)))
    check_health(ours, "10.0.0.1:9000", "shop")
    assert server.recv(len(PREFACE)) == PREFACE
    asked = [read_frame(server) for _ in range(5)]
    assert asked[0] == SETTINGS
    assert asked[1].payload.startswith(b"\x83\x86\x04\x1c/grpc.health.v1.Health/Check\x01\x0d10.0.0.1:9000")
    assert asked[2] == Frame(DATA, END_STREAM, 1, b"\x00\x00\x00\x00\x06\x0a\x04shop")
    assert asked[3:] == [Frame(grpc_health.SETTINGS, 1, 0, b""), Frame(grpc_health.PING, 1, 0, b"12345678")]


@pytest.mark.parametrize(
    "frames",
    [[ENDED], [Frame(grpc_health.GOAWAY, 0, 0, b"")], [Frame(grpc_health.RST_STREAM, 0, 1, b"")]],
    ids=["no message", "go away", "reset"],
)
def test_a_server_without_an_answer(pair: tuple[socket.socket, socket.socket], frames: list[Frame]) -> None:
    ours, server = pair
    send(server, *frames)
    with pytest.raises(ValueError, match="server"):
        check_health(ours, "10.0.0.1:9000", "")


class Server:
    """A `dial_result` whose connections find these bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.peers: list[socket.socket] = []

    def __call__(self, port: int) -> SocketStream:
        ours, peer = socket.socketpair()
        peer.sendall(self._data)
        self.peers.append(peer)
        return SocketStream(ours)

    def close(self) -> None:
        for peer in self.peers:
            peer.close()


def probe(cluster: Cluster) -> tuple[bool, list[str]]:
    readiness = {"grpc": {"port": 9000, "service": "shop"}, "timeoutSeconds": 1}
    cluster.apply(make_pod(containers=[{"name": "main", "image": "busybox", "readinessProbe": readiness}]))
    return cluster.container()["ready"], cluster.messages("Unhealthy")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (encode_frame(Frame(DATA, END_STREAM, 1, answer(1))), []),
        (encode_frame(Frame(DATA, END_STREAM, 1, answer(2))), ['service unhealthy (responded with "NOT_SERVING")']),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ["error: health rpc probe failed: the server does not speak HTTP/2"]),
    ],
    ids=["serving", "not serving", "no grpc"],
)
def test_what_a_probe_tells(cluster: Cluster, data: bytes, told: list[str]) -> None:
    cluster.runtime.dial_result = server = Server(data)
    try:
        assert probe(cluster) == (not told, [f"Readiness probe failed: {text}" for text in told])
    finally:
        server.close()


def test_nobody_listens(cluster: Cluster) -> None:
    cluster.runtime.dial_result = lambda port: TimeoutError()
    what = f'timeout: failed to connect service "{POD_IP}:9000" within 1s: context deadline exceeded'
    assert probe(cluster) == (False, [f"Readiness probe failed: {what}"])
