"""How the proxy listens and reaches: streams through the runtime, datagrams by their addresses."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from minikube_py.component_base.datagram_relay import DatagramRelay
from minikube_py.component_base.relay import Relay
from minikube_py.proxy.places import Place, Route
from minikube_py.proxy.services import Wires, listen_on_host
from minikube_py.proxy.targets import Target

SECONDS = 10.0
FREE = Place(True, "127.0.0.1", 0)


def refuse(uid: str, port: int) -> socket.socket:
    raise ConnectionRefusedError


@pytest.fixture
def wires() -> Iterator[Wires]:
    with ThreadPoolExecutor(1) as executor:
        made = Wires(Relay(executor), DatagramRelay(executor), None, refuse)
        yield made
        made.streams.close()
        made.datagrams.close()


@pytest.mark.parametrize(("protocol", "kind"), [("TCP", socket.SOCK_STREAM), ("UDP", socket.SOCK_DGRAM)], ids=["TCP", "UDP"])
def test_places_of_the_host(wires: Wires, protocol: str, kind: socket.SocketKind) -> None:
    with wires.open(FREE._replace(protocol=protocol)) as listener:
        assert (listener.type, listener.getsockname()[0]) == (kind, "127.0.0.1")
        with pytest.raises(OSError, match="in use"):
            wires.open(Place(True, "127.0.0.1", listener.getsockname()[1], protocol))


def test_datagrams_reach_a_pod_and_come_back(wires: Wires) -> None:
    with listen_on_host("127.0.0.1", 0, "UDP") as pod, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for sock in (pod, client):
            sock.settimeout(SECONDS)
        target = Target("uid", pod.getsockname()[1], address="127.0.0.1")
        place = FREE._replace(protocol="UDP")
        listener = wires.open(place)
        address = listener.getsockname()
        wires.datagrams.serve(listener, lambda _: wires.reach(target, place, Route((target,))))
        client.sendto(b"ping", address)
        data, way = pod.recvfrom(10)
        pod.sendto(b"pong", way)
        assert (data, client.recv(10)) == (b"ping", b"pong")


def test_what_is_no_pod_is_reached_from_this_machine(wires: Wires) -> None:
    with listen_on_host("127.0.0.1", 0, "TCP") as outside:
        address, port = outside.getsockname()
        with wires.reach(Target("", port, address=address), FREE, Route(())) as connection:
            assert connection.getpeername() == (address, port)


def test_streams_are_dialled(wires: Wires) -> None:
    with pytest.raises(ConnectionRefusedError):
        wires.reach(Target("uid", 80), FREE, Route(()))
