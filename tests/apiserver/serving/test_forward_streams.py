"""port-forward over TLS as clients of all protocols see it, with a pod whose ports are sockets of the tests'."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from minikube_py.apimachinery.httpstream.port_forward import ChannelPortForward
from minikube_py.apiserver.serving.forward_streams import ForwardSession
from minikube_py.apiserver.serving.pod_connections import PodConnections
from minikube_py.client.streams import StreamError
from tests.apiserver.serving.conftest import Api, Folder, serve
from tests.apiserver.serving.stream_clients import POD, Channels, Spdy, Upgraded, upgrade
from tests.apiserver.serving.stream_fakes import FakePod

FORWARD = f"{POD}/portforward"
SPDY, TUNNEL, CHANNELS = "portforward.k8s.io", "SPDY/3.1+portforward.k8s.io", "v4.channel.k8s.io"


@pytest.fixture
def pod() -> Iterator[FakePod]:
    fake = FakePod()
    yield fake
    fake.discard()


@pytest.fixture
def api(folder: Folder, pod: FakePod) -> Iterator[Api]:
    yield from serve(folder, connect=PodConnections(pod).connect)


@pytest.fixture
def connections() -> Iterator[list[Upgraded]]:
    """What a test opened."""
    opened: list[Upgraded] = []
    yield opened
    for one in opened:
        one.close()


@pytest.fixture(params=[SPDY, TUNNEL], ids=["spdy", "in a websocket"])
def session(request: pytest.FixtureRequest, api: Api, connections: list[Upgraded]) -> Spdy:
    """A session as kubectl has one."""
    connections.append(upgrade(api, FORWARD, request.param, spdy=request.param == SPDY))
    return Spdy(connections[-1], tunnelled=request.param == TUNNEL)


def connect(session: Spdy, name: str, port: int = 80) -> None:
    """Open a connection's two streams, `error NAME` and `NAME`, and say that nothing is said on the first."""
    session.open(f"error {name}", streamtype="error", port=str(port), requestid=name)
    session.end(f"error {name}")
    session.open(name, streamtype="data", port=str(port), requestid=name)


def read(sock: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size and (data := sock.recv(65536)):
        got += data
    return got


def test_a_connection_carries_both_directions(session: Spdy, pod: FakePod) -> None:
    connect(session, "a", 8080)
    port, end = pod.next_connection()
    assert port == 8080
    session.send("a", b"GET /")
    assert read(end, 5) == b"GET /"
    end.sendall(b"200 OK")
    assert session.read("a", 6) == b"200 OK"


def test_the_client_may_end_its_half_first(session: Spdy, pod: FakePod) -> None:
    connect(session, "a")
    _, end = pod.next_connection()
    session.send("a", b"question")
    session.end("a")
    assert read(end, 100) == b"question"  # up to the end
    end.sendall(b"answer")
    end.close()
    assert session.read_all("a") == b"answer"
    assert session.read_all("error a") == b""


def test_the_pod_ends_a_connection(session: Spdy, pod: FakePod) -> None:
    connect(session, "a")
    _, end = pod.next_connection()
    end.sendall(b"bye")
    end.close()
    assert session.read_all("a") == b"bye"
    assert session.read_all("error a") == b""


def test_a_reset_closes_the_pods_end(session: Spdy, pod: FakePod) -> None:
    connect(session, "a")
    _, end = pod.next_connection()
    session.reset("a")
    assert end.recv(1) == b""


def test_a_refused_port_says_why_and_others_go_on(session: Spdy, pod: FakePod) -> None:
    connect(session, "a", 9)
    assert session.read_all("error a") == b"connection refused"
    assert session.read_all("a") == b""
    connect(session, "b")
    _, end = pod.next_connection()
    end.sendall(b"here")
    assert session.read("b", 4) == b"here"


def test_many_connections_do_not_mix(session: Spdy, pod: FakePod) -> None:
    for number in range(20):
        connect(session, str(number), 1000 + number)
    ends = dict(pod.next_connection() for _ in range(20))
    for port, end in sorted(ends.items(), reverse=True):
        end.sendall(b"%d" % port)
    for number in range(20):
        assert session.read(str(number), 4) == b"%d" % (1000 + number)


def test_much_arrives_whole(session: Spdy, pod: FakePod) -> None:
    connect(session, "a")
    _, end = pod.next_connection()
    whole = bytes(range(256)) * 2000
    for start in range(0, len(whole), 16 << 10):
        session.send("a", whole[start : start + (16 << 10)])
        assert read(end, len(whole[start : start + (16 << 10)])) == whole[start : start + (16 << 10)]


def test_who_hangs_up_closes_every_connection(session: Spdy, pod: FakePod) -> None:
    for name in "ab":
        connect(session, name)
    ends = [pod.next_connection()[1] for _ in range(2)]
    session.connection.close()
    assert [end.recv(1) for end in ends] == [b"", b""]


@pytest.mark.parametrize("protocol", [CHANNELS, ""], ids=["version 4", "none offered"])
def test_channels_begin_with_their_port(api: Api, pod: FakePod, connections: list[Upgraded], protocol: str) -> None:
    connections.append(upgrade(api, f"{FORWARD}?ports=80,9", protocol))
    client = Channels(connections[-1], protocol)
    assert [int.from_bytes(client.read(channel, 2), "little") for channel in range(4)] == [80, 80, 9, 9]
    assert client.read(3, 18) == b"connection refused"
    _, end = pod.next_connection()
    client.send(0, b"ping")
    assert read(end, 4) == b"ping"
    end.sendall(b"pong")
    end.close()
    assert client.read_all() == {0: b"pong"}  # and it is closed with the last one


@pytest.mark.parametrize("query", ["", "?ports=", "?ports=0", "?ports=80,x", "?ports=65536"])
def test_channels_need_ports(api: Api, connections: list[Upgraded], query: str) -> None:
    connections.append(upgrade(api, FORWARD + query, CHANNELS))
    assert connections[-1].read_status()["reason"] == "BadRequest"


def test_a_pod_that_is_not_there_is_refused_with_a_status(api: Api, pod: FakePod, connections: list[Upgraded]) -> None:
    pod.refusal = StreamError("unable to forward port because pod is not running. Current status=Pending")
    connections.append(upgrade(api, FORWARD, SPDY, spdy=True))
    status = connections[-1].read_status()
    assert (status["code"], status["message"]) == (400, str(pod.refusal))


class StuckChannel:
    """A connection whose client takes nothing."""

    def __init__(self) -> None:
        self.writes = 0

    async def read(self) -> bytes:
        await asyncio.Event().wait()
        return b""

    async def write(self, data: bytes) -> None:
        self.writes += 1
        if self.writes > 2:  # the first tell the port and begin
            await asyncio.Event().wait()

    def close(self) -> None:
        """It is the test's."""


def test_a_client_that_reads_nothing_holds_the_pod_up() -> None:
    """What the pod says stays in its socket, as it would if the client were connected to it."""
    ours, pods = socket.socketpair()
    pods.setblocking(False)

    async def play() -> int:
        async def dial(port: int) -> socket.socket:
            return ours

        forward = ChannelPortForward([80])
        forward_session = ForwardSession(channel := OneRead(), forward, dial)
        running = asyncio.ensure_future(forward_session.run())
        accepted = 0
        while channel.writes < 3 or accepted == 0:
            accepted += _send_what_fits(pods)
            await asyncio.sleep(0)
        for _ in range(200):
            accepted += _send_what_fits(pods)
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return accepted

    with ours, pods:
        assert asyncio.run(play()) < 4 << 20


class OneRead(StuckChannel):
    """A stuck connection that said something first, by which the session begins."""

    def __init__(self) -> None:
        super().__init__()
        self._said = False

    async def read(self) -> bytes:
        if self._said:
            return await super().read()
        self._said = True
        return b"\x82\x81\x00\x00\x00\x00\x00"  # a message of channel 0 with nothing in it


def _send_what_fits(sock: socket.socket) -> int:
    try:
        return sock.send(bytes(64 << 10))
    except BlockingIOError:
        return 0
