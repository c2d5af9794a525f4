"""Where Services are served, and whom a connection reaches."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from minikube_py.client.resources import SERVICES
from minikube_py.component_base.datagram_relay import DatagramRelay
from minikube_py.component_base.relay import Relay
from minikube_py.proxy.places import Place
from minikube_py.proxy.services import Wires, explain_refusal, listen_on_host, make_controller
from tests.controller.harness import Cluster

Object = dict[str, Any]
SECONDS = 10.0
Make = Callable[..., "World"]


class World:
    """A cluster with a proxy whose listeners are at free ports, and pods that answer with their names."""

    def __init__(self, make_cluster: Callable[..., Cluster], relays: tuple[Relay, DatagramRelay], networked: bool) -> None:
        self.open: dict[tuple[str, int], socket.socket] = {}
        self.protocols: list[tuple[str, int, str]] = []
        self.pods: dict[str, str] = {}
        listen = self._listen if networked else None
        self.cluster = make_cluster("endpointslice", make_controller(Wires(*relays, listen, self._dial, self._listen)))

    def _listen(self, address: str, port: int, protocol: str) -> socket.socket:
        listener = listen_on_host("127.0.0.1", 0, protocol)
        self.open[address, port] = listener
        self.protocols.append((address, port, protocol))
        return listener

    def _dial(self, uid: str, port: int) -> socket.socket:
        near, far = socket.socketpair()
        with far:
            far.sendall(f"{self.pods[uid]}:{port}".encode())
        return near

    def add_pod(self, name: str, ip: str, app: str = "web", **more: Any) -> None:
        pod = self.cluster.add_pod(name, ip, {"app": app}, **more)
        self.pods[pod["metadata"]["uid"]] = name

    def serve(self, **spec: Any) -> Object:
        """Create a Service and return its spec."""
        ports = [{"port": 80, "targetPort": 8080}]
        self.cluster.create(SERVICES, "web", {"spec": {"selector": {"app": "web"}, "ports": ports, **spec}})
        self.cluster.run()
        found: Object = self.cluster.get(SERVICES, "web")["spec"]
        return found

    def ask(self, address: str, port: int) -> str:
        """Connect and return what is said; "" where nobody is."""
        with socket.create_connection(self.open[address, port].getsockname(), SECONDS) as connection:
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(4096), b"")).decode()


@pytest.fixture
def make_world(make_cluster: Callable[..., Cluster]) -> Iterator[Make]:
    with ThreadPoolExecutor(2) as executor:
        relays = Relay(executor), DatagramRelay(executor)
        yield lambda networked=True: World(make_cluster, relays, networked)
        for relay in relays:
            relay.close()


def test_cluster_ip_and_node_port_reach_all_pods(make_world: Make) -> None:
    world = make_world()
    world.add_pod("one", "10.244.0.1")
    world.add_pod("two", "10.244.0.2")
    spec = world.serve(type="NodePort")
    places = [(spec["clusterIP"], 80), ("127.0.0.1", spec["ports"][0]["nodePort"])]
    assert list(world.open) == places
    for place in places:
        assert {world.ask(*place), world.ask(*place)} == {"one:8080", "two:8080"}


def test_without_a_network_of_pods_only_the_host_is_served(make_world: Make) -> None:
    world = make_world(networked=False)
    spec = world.serve(type="NodePort")
    assert list(world.open) == [("127.0.0.1", spec["ports"][0]["nodePort"])]
    assert world.ask(*next(iter(world.open))) == ""


def test_a_client_stays_with_its_pod_for_a_time(make_world: Make) -> None:
    world = make_world()
    for number in (1, 2, 3):
        world.add_pod(f"pod{number}", f"10.244.0.{number}")
    config = {"clientIP": {"timeoutSeconds": 60}}
    spec = world.serve(sessionAffinity="ClientIP", sessionAffinityConfig=config)
    first = world.ask(spec["clusterIP"], 80)
    assert {world.ask(spec["clusterIP"], 80) for _ in range(4)} == {first}
    world.cluster.run(61)
    assert world.ask(spec["clusterIP"], 80) != first


def test_a_load_balancer_admits_its_source_ranges(make_world: Make) -> None:
    world = make_world()
    world.add_pod("one", "10.244.0.1")
    spec = world.serve(type="LoadBalancer", loadBalancerSourceRanges=["203.0.113.0/24"], externalTrafficPolicy="Local")
    world.cluster.patch(SERVICES, "web", {"status": {"loadBalancer": {"ingress": [{"ip": "127.8.8.8"}]}}}, "status")
    world.cluster.run()
    assert world.ask("127.8.8.8", 80) == ""
    world.cluster.patch(SERVICES, "web", {"spec": {"loadBalancerSourceRanges": ["203.0.113.0/24", "127.0.0.0/8"]}})
    world.cluster.run()
    assert world.ask("127.8.8.8", 80) == "one:8080"
    health = world.ask("127.0.0.1", spec["healthCheckNodePort"])
    assert health.startswith("HTTP/1.1 200 OK")
    assert '"localEndpoints": 1' in health


def test_connections_stay_on_the_node_where_that_is_asked_for(make_world: Make) -> None:
    world = make_world()
    world.add_pod("client", "127.0.0.1", "client", nodeName="n1")
    world.add_pod("here", "10.244.0.1", nodeName="n1")
    world.add_pod("there", "10.244.0.2", nodeName="n2")
    spec = world.serve(internalTrafficPolicy="Local")
    assert {world.ask(spec["clusterIP"], 80) for _ in range(3)} == {"here:8080"}


def test_each_protocol_has_a_place_of_its_own(make_world: Make) -> None:
    world = make_world()
    world.add_pod("one", "10.244.0.1")
    ports = [{"name": p.lower(), "port": 80, "targetPort": 8080, "protocol": p} for p in ("TCP", "UDP", "SCTP")]
    spec = world.serve(ports=ports)
    assert sorted(world.protocols) == [(spec["clusterIP"], 80, "TCP"), (spec["clusterIP"], 80, "UDP")]


def test_what_is_no_longer_a_service_is_closed(make_world: Make) -> None:
    world = make_world()
    world.add_pod("one", "10.244.0.1")
    spec = world.serve()
    assert world.ask(spec["clusterIP"], 80) == "one:8080"
    world.cluster.delete(SERVICES, "web")
    world.cluster.run()
    try:
        answer = world.ask(spec["clusterIP"], 80)
    except OSError:  # the listener has gone already
        answer = ""
    assert answer == ""


@pytest.mark.parametrize(
    ("place", "number", "says"),
    [
        pytest.param(
            Place(True, "127.1.2.3", 80),
            errno.EACCES,
            "cannot serve 127.1.2.3:80: Permission denied; 127.0.0.1:30080 is served. As root, "
            "`sysctl net.ipv4.ip_unprivileged_port_start=80` allows it",
            id="privileged",
        ),
        pytest.param(
            Place(True, "127.1.2.3", 80),
            errno.EADDRINUSE,
            "cannot serve 127.1.2.3:80: Address already in use",
            id="somebody else's",
        ),
        pytest.param(
            Place(False, "10.96.0.9", 80),
            errno.EACCES,
            "cannot serve 10.96.0.9:80: Permission denied",
            id="in the pods' network",
        ),
    ],
)
def test_why_nothing_listens(place: Place, number: int, says: str) -> None:
    service = {"spec": {"ports": [{"port": 80, "nodePort": 30080}]}}
    assert explain_refusal(service, place, OSError(number, "no")) == says
