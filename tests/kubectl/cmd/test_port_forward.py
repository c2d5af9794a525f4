"""port-forward: which ports of which pod, and carrying connections there."""

from __future__ import annotations

import contextlib
import io
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.cli_runtime.verb import parse_verb
from minikube_py.client.streams import StreamError
from minikube_py.component_base.clock import FakeClock
from minikube_py.kubectl.cmd.port_forward import VERB, complete
from minikube_py.kubectl.port_forwarder import ForwardedPort, PortForwarder, parse_addresses, parse_ports
from tests.kubectl.cmd.conftest import Cluster, Kubectl, Outcome
from tests.kubectl.cmd.pods import create_pod, set_status

SECONDS = 20
HINT = "See 'kubectl port-forward -h' for help and examples\n"


@pytest.fixture
def pods(cluster: Cluster) -> Cluster:
    """A running pod `web` with named ports behind the Services `web` and `headless`, and a pending pod `new`."""
    ports = [{"name": "http", "containerPort": 8080}, {"name": "dns", "containerPort": 53, "protocol": "UDP"}]
    create_pod(cluster, "web", labels={"app": "web"}, ports=ports)
    set_status(cluster, "web")
    create_pod(cluster, "new")
    listed = [{"name": "front", "port": 80, "targetPort": "http"}, {"name": "plain", "port": 81, "targetPort": 9000}]
    for name, address in (("web", {}), ("headless", {"clusterIP": "None"})):
        spec = {"selector": {"app": "web"}, "ports": listed, **address}
        cluster.create(
            "", "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}, "default"
        )
    return cluster


@pytest.mark.parametrize(
    ("words", "ports"),
    [
        ("web 80", ["80"]),
        ("pod/web 8000:80 :81 http", ["8000:80", ":81", "8080"]),
        ("pod/web 8000:http", ["8000:8080"]),
        ("svc/web 80", ["80:8080"]),
        ("svc/web 8000:front 9000:plain :front", ["8000:8080", "9000", ":8080"]),
        ("svc/web front", ["80:8080"]),
        ("svc/headless 8000:80", ["8000:80"]),
    ],
)
def test_finds_the_port_of_the_pod(pods: Cluster, kubectl: Kubectl, words: str, ports: list[str]) -> None:
    parsed = parse_verb(VERB, words.split())
    options = complete(parsed, Factory(pods.connect, parsed))
    assert (options.pod, options.ports) == ("web", ports)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "error: TYPE/NAME and list of ports are required for port-forward\n" + HINT),
        ("web", "error: TYPE/NAME and list of ports are required for port-forward\n" + HINT),
        ("web 80 --pod-running-timeout=0", "error: --pod-running-timeout must be higher than zero\n" + HINT),
        ("nope 80", 'Error from server (NotFound): pods "nope" not found\n'),
        ("new 80", "error: unable to forward port because pod is not running. Current status=Pending\n"),
        ("web nope", "error: Pod 'web' does not have a named port 'nope'\n"),
        ("web 53", "error: UDP protocol is not supported for 53\n"),
        ("web 80:", "error: remote port cannot be empty\n"),
        ("web 80:0", "error: remote port must be > 0\n"),
        (
            "web x:80",
            "error: error parsing local port 'x': strconv.ParseUint: parsing \"x\": invalid syntax\n",
        ),
        (
            "web 80:70000",
            "error: error parsing remote port '70000': strconv.ParseUint: parsing \"70000\": value out of range\n",
        ),
        ("svc/web 82", "error: Service web does not have a service port 82\n"),
        ("svc/web nope", "error: Service 'web' does not have a named port 'nope'\n"),
        ("web 80 --address=here", "error: here is not a valid IP\n"),
    ],
)
def test_refuses(pods: Cluster, kubectl: Kubectl, words: str, told: str) -> None:
    assert kubectl(f"port-forward {words}") == Outcome("", told, 1)


def test_localhost_is_two_addresses_of_which_one_must_work() -> None:
    found = parse_addresses(["localhost", "10.0.0.1", "::1"])
    assert [a.host for a in found] == ["10.0.0.1", "127.0.0.1", "::1"]
    assert parse_ports(["5000", "8888:80", ":1"]) == [ForwardedPort(5000, 5000), ForwardedPort(8888, 80), ForwardedPort(0, 1)]


class Said(io.StringIO):
    """Lines as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: queue.Queue[str] = queue.Queue()

    def write(self, text: str) -> int:
        self.lines.put(text)
        return len(text)


class Session:
    """A forwarder in a thread, to an echo server that serves one port; another port is refused."""

    def __init__(self, remote: int) -> None:
        self.out, self.err = Said(), Said()
        self.echo = socket.create_server(("127.0.0.1", 0))
        self.problems: queue.Queue[CliError] = queue.Queue()
        streams = Streams(io.StringIO(), self.out, self.err)
        factory = Factory(lambda target: pytest.fail("no cluster needed"), None, streams, FakeClock())
        self.forwarder = PortForwarder(factory, self.dial, parse_addresses(["127.0.0.1"]), [ForwardedPort(0, remote)])
        threading.Thread(target=self.run, daemon=True).start()
        said = self.out.lines.get(timeout=SECONDS)
        found = re.fullmatch(rf"Forwarding from 127\.0\.0\.1:(\d+) -> {remote}\n", said)
        assert found is not None
        self.port = int(found[1])

    def run(self) -> None:
        try:
            self.forwarder.run()
        except CliError as error:
            self.problems.put(error)

    dial_next: Callable[[int], socket.socket] | None = None

    def dial(self, port: int) -> socket.socket:
        if self.dial_next is not None:
            return self.dial_next(port)
        if port != 80:
            raise StreamError(f"connection to {port} refused")
        return socket.create_connection(self.echo.getsockname(), SECONDS)


@pytest.fixture
def session() -> Iterator[Session]:
    """A session to the port that is served."""
    made = Session(80)
    with contextlib.closing(made.echo):
        yield made


def test_carries_bytes_both_ways_and_half_closes(session: Session) -> None:
    data = bytes(range(256)) * 4096
    with socket.create_connection(("127.0.0.1", session.port), SECONDS) as client:
        served, _ = session.echo.accept()
        sender = threading.Thread(target=lambda: (client.sendall(data), client.shutdown(socket.SHUT_WR)))
        sender.start()
        with served, served.makefile("rb") as received:
            assert received.read() == data
            served.sendall(b"answer")
        with client.makefile("rb") as answer:
            assert answer.read() == b"answer"
        sender.join()
    assert session.out.lines.get(timeout=SECONDS) == f"Handling connection for {session.port}\n"


def test_pod_that_refuses_ends_the_session() -> None:
    session = Session(81)
    with contextlib.closing(session.echo), socket.create_connection(("127.0.0.1", session.port), SECONDS) as client:
        assert client.recv(1) == b""
        assert session.problems.get(timeout=SECONDS).message == "lost connection to pod"
    told = session.err.lines.get(timeout=SECONDS)
    assert f'err="an error occurred forwarding {session.port} -> 81: connection to 81 refused"' in told


class Broken(socket.socket):
    """The near end of a connection that failed, as a server elsewhere tells of it."""

    failure = "connection to 80 refused"


def test_pod_elsewhere_that_refuses_ends_the_session(session: Session) -> None:
    def dial(port: int) -> socket.socket:
        near, far = socket.socketpair()
        far.close()
        return Broken(fileno=near.detach())

    session.dial_next = dial
    with socket.create_connection(("127.0.0.1", session.port), SECONDS) as client:
        assert client.recv(1) == b""
        assert session.problems.get(timeout=SECONDS).message == "lost connection to pod"
    assert "-> 80: connection to 80 refused" in session.err.lines.get(timeout=SECONDS)


def test_port_that_is_taken(session: Session) -> None:
    streams = Streams(io.StringIO(), io.StringIO(), io.StringIO())
    factory = Factory(lambda target: pytest.fail("no cluster needed"), None, streams, FakeClock())
    pairs = [ForwardedPort(session.port, 80)]
    with pytest.raises(CliError) as caught:
        PortForwarder(factory, session.dial, parse_addresses(["127.0.0.1"]), pairs).run()
    assert caught.value.message == f"unable to listen on any of the requested ports: [{{{session.port} 80}}]"
    why = f"unable to create listener: Error listen tcp4 127.0.0.1:{session.port}: bind: address already in use"
    failed = f"Unable to listen on port {session.port}: Listeners failed to create with the following errors: [{why}]\n"
    assert streams.stderr.getvalue() == failed  # type: ignore[attr-defined]
