"""`proxy` between a client and a server: what is asked there, and what comes back, piece by piece, also after an upgrade."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.http.records import Limits
from minikube_py.client.kubeconfig import Target
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.forwarder import Forwarder
from minikube_py.client.remote.identity import Identity
from minikube_py.component_base.clock import FakeClock
from minikube_py.kubectl.api_proxy import Places
from minikube_py.kubectl.proxy_handler import ProxyHandler
from tests.client.http.conftest import Client, Echo, listening, serving
from tests.client.peers import (
    PATIENCE,
    Asked,
    Authority,
    Connection,
    Peer,
    answering,
    authority,
    chunked,
    make_server_tls,
    reply,
)
from tests.client.peers import serving as behind

Object = dict[str, Any]
GET = "GET {} HTTP/1.1\nHost: localhost:8001\n{}\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n"


@contextmanager
def proxied(
    url: str, user: Object | None = None, told: list[str] | None = None, places: Places | None = None, **options: Any
) -> Iterator[Callable[[], Client]]:
    """Serve what `proxy` serves before the server at a URL; gives what opens a connection."""
    identity = Identity(Target("c", "default", {"insecure-skip-tls-verify": True}, user or {}, "ann"), FakeClock())
    forwarder = Forwarder(Dialer(read_server(url), identity.make_tls), identity, **options)
    handler = ProxyHandler(forwarder, places or Places(), None, (told if told is not None else []).append)
    with serving(handler, Limits(), forwarder.close) as dial:
        yield dial


def ask(peer: Peer, text: str, user: Object | None = None, **options: Any) -> tuple[int, str]:
    with proxied(peer.url, user, **options) as dial:
        client = dial()
        client.send(text)
        return client.read()


def test_what_the_server_is_asked() -> None:
    asked: list[Asked] = []
    head = "PUT /api?x=1 HTTP/1.1\nHost: localhost:8001\nX-More: 1\nExpect: 100-continue\nX-Forwarded-For: 10.0.0.1\n"
    groups = "Impersonate-Group: a\nImpersonate-Group: b\nImpersonate-User: eve\n"
    with behind(answering(reply(200, b"fine", "X-Kind: a", "Keep-Alive: 5", "Date: then"), asked=asked)) as peer:
        with proxied(peer.url, {"token": "ours", "as": "ann"}) as dial:
            client = dial()
            client.send(f"{head}{groups}Content-Length: 4\n\nbody")
            status, headers = client.read_head()
            assert (status, client.file.read(4)) == (200, b"fine")
        (one,) = asked
    assert (one.line, one.body) == ("PUT /api?x=1 HTTP/1.1", b"body")
    wanted = {"host": f"127.0.0.1:{peer.port}", "x-more": "1", "authorization": "Bearer ours"}
    wanted |= {"impersonate-user": "eve", "impersonate-group": "a,b", "x-forwarded-for": "10.0.0.1, 127.0.0.1"}
    assert one.headers | wanted == one.headers
    assert "expect" not in one.headers
    assert (headers["x-kind"], headers["content-length"]) == ("a", "4")
    assert "keep-alive" not in headers
    assert headers["date"] != "then"


def test_a_client_may_say_itself_who_it_is() -> None:
    asked: list[Asked] = []
    with behind(answering(reply(), asked=asked)) as peer:
        ask(peer, GET.format("/", "Authorization: Bearer theirs\n"), {"token": "ours"})
    assert asked[0].headers["authorization"] == "Bearer theirs"


@pytest.mark.parametrize(("appends", "target"), [(False, "/api"), (True, "/k8s/api")])
def test_the_path_of_the_servers_url(appends: bool, target: str) -> None:
    asked: list[Asked] = []
    with behind(answering(reply(), asked=asked)) as peer, proxied(f"{peer.url}/k8s", appends_path=appends) as dial:
        client = dial()
        client.send(GET.format("/api", ""))
        client.read()
    assert asked[0].line == f"GET {target} HTTP/1.1"


def test_a_connection_is_used_again_unless_the_server_hung_up() -> None:
    with behind(answering(reply(200, b"1"), reply(200, b"2", "Connection: close"), b"", reply(200, b"3"))) as peer:
        with proxied(peer.url) as dial:
            client = dial()
            for body in ("1", "2"):
                client.send(GET.format("/", ""))
                assert client.read() == (200, body)
        assert peer.connections == 1


def test_a_server_that_hangs_up_on_who_waited_is_asked_anew() -> None:
    with behind(answering(reply(200, b"1"), b"", reply(200, b"2"))) as peer, proxied(peer.url) as dial:
        client = dial()
        for body in ("1", "2"):
            client.send(GET.format("/", ""))
            assert client.read() == (200, body)
        assert peer.connections == 2


def test_an_answer_comes_as_it_is_written() -> None:
    goes_on = threading.Event()

    def script(connection: Connection) -> None:
        while connection.read():
            parts = chunked(b"first", b"second")
            cut = parts.index(b"6\r\nsecond")
            connection.send(parts[:cut])
            assert goes_on.wait(PATIENCE)
            connection.send(parts[cut:])

    with behind(script) as peer, proxied(peer.url) as dial:
        client = dial()
        client.send(GET.format("/watch", ""))
        assert client.read_head()[1]["transfer-encoding"] == "chunked"
        assert client.read_chunk() == b"first"
        goes_on.set()
        assert [client.read_chunk(), client.read_chunk()] == [b"second", b""]


def test_who_leaves_is_left_by_the_server_too() -> None:
    ended = threading.Event()

    def script(connection: Connection) -> None:
        if connection.read():
            connection.send(chunked(b"first")[:-5])
            if connection.read() is None:
                ended.set()

    with behind(script) as peer, proxied(peer.url) as dial:
        client = dial()
        client.send(GET.format("/watch", ""))
        client.read_head()
        assert client.read_chunk() == b"first"
        client.close()
        assert ended.wait(PATIENCE)


def test_an_answer_that_breaks_off_is_no_whole_one() -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with behind(script) as peer, proxied(peer.url) as dial:
        client = dial()
        client.send(GET.format("/", ""))
        client.read_head()
        assert client.file.read() == b"half"
        assert client.is_closed()


def test_an_upgrade_carries_bytes_both_ways() -> None:
    asked: list[Asked] = []

    def script(connection: Connection) -> None:
        request = connection.read()
        assert request is not None
        asked.append(request)
        connection.send(SWITCH + b"ahead")
        while data := connection.sock.recv(100):
            connection.send(data.upper())

    with behind(script) as peer, proxied(peer.url, {"token": "ours"}) as dial:
        client = dial()
        client.send(GET.format("/exec", "Connection: Upgrade\nUpgrade: shout\nX-Stream-Protocol-Version: v4\n"))
        assert client.read_head() == (101, {"connection": "Upgrade", "upgrade": "shout"})
        assert client.file.read(5) == b"ahead"
        client.send(b"more")
        assert client.file.read(4) == b"MORE"
    sent = asked[0].headers
    assert (sent["connection"], sent["upgrade"], sent["authorization"]) == ("Upgrade", "shout", "Bearer ours")


def test_an_upgrade_ends_for_both_when_the_server_ends_it() -> None:
    def script(connection: Connection) -> None:
        connection.read()
        connection.send(SWITCH + b"last words")

    with behind(script) as peer, proxied(peer.url) as dial:
        client = dial()
        client.send(GET.format("/exec", "Connection: Upgrade\nUpgrade: shout\n"))
        client.read_head()
        assert client.file.read() == b"last words"


def test_an_upgrade_that_is_refused_is_an_answer() -> None:
    with behind(answering(reply(403, b"no"))) as peer:
        assert ask(peer, GET.format("/exec", "Connection: Upgrade\nUpgrade: shout\n")) == (403, "no")


def test_head_and_answers_without_a_body() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
    with behind(answering(head, b"HTTP/1.1 304 X\r\n\r\n", reply(200, b"body"))) as peer, proxied(peer.url) as dial:
        client = dial()
        client.send("HEAD / HTTP/1.1\nHost: x\n\n")
        assert client.read_head()[1]["content-length"] == "9"
        client.send(GET.format("/", ""))
        assert client.read_head()[0] == 304
        client.send(GET.format("/", ""))
        assert client.read() == (200, "body")


def test_a_server_over_tls(tmp_path: Path) -> None:
    with behind(answering(reply(200, b"safe")), make_server_tls(tmp_path, authority().issue())) as peer:
        assert ask(peer, GET.format("/", "")) == (200, "safe")


def test_a_server_that_refuses_the_users_certificate(tmp_path: Path) -> None:
    own = authority().issue()
    shown = {"client-certificate-data": b64encode(own.certificate).decode(), "client-key-data": b64encode(own.key).decode()}
    tls = make_server_tls(tmp_path, authority().issue(), client_ca=Authority("another").pem)
    with listening(Echo(), tls=tls) as port, proxied(f"https://127.0.0.1:{port}", shown) as dial:
        client = dial()
        client.send(GET.format("/", ""))
        assert client.read() == (500, "remote error: tls: unknown certificate authority\n")


def test_a_server_that_is_not_there() -> None:
    told: list[str] = []
    with behind(answering(reply())) as peer:
        url, port = peer.url, peer.port
    with proxied(url, told=told) as dial:
        client = dial()
        client.send(GET.format("/", ""))
        text = f"dial tcp 127.0.0.1:{port}: connect: connection refused"
        assert client.read() == (500, f"{text}\n")
    assert told == [text]


def test_files_and_the_api_beside_one_another(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("file")
    with behind(answering(reply(200, b"api"))) as peer, proxied(peer.url, places=Places("/", str(tmp_path))) as dial:
        client = dial()
        client.send(GET.format("/static/a.txt", "") + GET.format("/api", ""))
        assert [client.read()[1], client.read()[1]] == ["file", "api"]
