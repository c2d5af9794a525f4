"""Where a server is, which proxy leads there, and what is said of those that do not."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest

from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.proxies import find_proxy
from minikube_py.client.remote.tls import make_context
from minikube_py.client.request import Unreachable
from tests.client.peers import PATIENCE, Asked, Connection, Script, authority, make_server_tls, serving

UNABLE = "Unable to connect to the server: "
ELSEWHERE = "http://api.example.com:6443"


def dial(url: str, proxy: str) -> bytes:
    """Return what comes first over a connection through a proxy."""
    with Dialer(read_server(url), lambda: make_context({}, None), proxy).open(PATIENCE) as sock:
        return sock.recv(5)


def fail(url: str, proxy: str = "") -> str:
    with pytest.raises(Unreachable) as caught:
        dial(url, proxy)
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "tls", "prefix", "host", "port"),
    [
        ("https://a.example", True, "", "a.example", 443),
        ("http://a.example/k8s/", False, "/k8s", "a.example", 80),
        ("a.example:8080", False, "", "a.example", 8080),
        ("https://[::1]:6443", True, "", "::1", 6443),
    ],
)
def test_what_a_server_is(url: str, tls: bool, prefix: str, host: str, port: int) -> None:
    server = read_server(url)
    assert (server.tls, server.prefix, server.address.host, server.address.port) == (tls, prefix, host, port)


def test_other_schemes_are_not_spoken() -> None:
    with pytest.raises(Unreachable, match='unsupported protocol scheme "ftp"'):
        read_server("ftp://a.example")


def test_a_server_without_a_host() -> None:
    with pytest.raises(ConfigError, match="host must be a URL or a host:port pair"):
        read_server("https://")


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_nobody_listens(closed_port: int) -> None:
    with pytest.raises(Unreachable) as caught:
        dial(f"https://127.0.0.1:{closed_port}", "")
    assert caught.value.cause == f"dial tcp 127.0.0.1:{closed_port}: connect: connection refused"


THROUGH = {"HTTPS_PROXY": "http://p:1"}


@pytest.mark.parametrize(
    ("environment", "server", "expected"),
    [
        pytest.param(THROUGH, "https://a.example", "http://p:1", id="environment"),
        pytest.param({"https_proxy": "http://q:1"}, "https://a.example", "http://q:1", id="small letters"),
        pytest.param(THROUGH, "https://127.0.0.1:1", "", id="this machine"),
        pytest.param(THROUGH, "https://[::1]:1", "", id="this machine, IPv6"),
        pytest.param(THROUGH, "https://localhost:1", "", id="this machine by name"),
        pytest.param(THROUGH, "http://a.example", "", id="of another scheme"),
        pytest.param({}, "https://a.example", "", id="none"),
        *(
            pytest.param({**THROUGH, "NO_PROXY": f"other, {rule}"}, f"https://{host}", "", id=f"{rule} exempts {host}")
            for rule, host in (
                ("a.example", "a.example"),
                ("example", "a.example"),
                (".example", "a.example"),
                ("*.example", "a.example"),
                ("*", "a.example"),
                ("A.Example", "a.example"),
                ("a.example:6443", "a.example:6443"),
                ("10.0.0.0/8", "10.1.2.3:6443"),
                ("10.1.2.3", "10.1.2.3"),
                ("fd00::/8", "[fd00::1]:6443"),
            )
        ),
        *(
            pytest.param({**THROUGH, "NO_PROXY": rule}, f"https://{host}", "http://p:1", id=f"{rule} does not exempt {host}")
            for rule, host in (
                (".a.example", "a.example"),
                ("ample", "a.example"),
                ("a.example:1", "a.example:6443"),
                ("10.0.0.0/8", "11.1.2.3"),
                ("10.0.0.0/8", "a.example"),
            )
        ),
    ],
)
def test_which_proxy(environment: dict[str, str], server: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    where = read_server(server)
    assert find_proxy(where.address, tls=where.tls) == expected


def connect_proxy(asked: list[Asked], answer: bytes) -> Script:
    """Return an HTTP proxy that answers, and says what the server would."""

    def script(connection: Connection) -> None:
        request = connection.read()
        assert request is not None
        asked.append(request)
        connection.send(answer)

    return script


def test_a_proxy_carries_on() -> None:
    asked: list[Asked] = []
    with serving(connect_proxy(asked, b"HTTP/1.1 200 Connection established\r\nX: y\r\n\r\nhello")) as proxy:
        assert dial(ELSEWHERE, proxy.url) == b"hello"
    assert asked[0].line == "CONNECT api.example.com:6443 HTTP/1.1"
    assert "proxy-authorization" not in asked[0].headers


def test_a_proxy_may_want_a_password() -> None:
    asked: list[Asked] = []
    with serving(connect_proxy(asked, b"HTTP/1.1 200 OK\r\n\r\nhello")) as proxy:
        assert dial(ELSEWHERE, proxy.url.replace("//", "//ann:p%40ss@")) == b"hello"
    assert asked[0].headers["proxy-authorization"] == "Basic YW5uOnBAc3M="


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "Proxy Authentication Required"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "Forbidden"),
        (b"", "unexpected EOF"),
    ],
    ids=["password", "forbidden", "hung up"],
)
def test_a_proxy_that_refuses(answer: bytes, why: str) -> None:
    with serving(connect_proxy([], answer)) as proxy:
        assert fail(ELSEWHERE, proxy.url) == UNABLE + why


def test_a_proxy_that_nobody_is(closed_port: int) -> None:
    """kubectl says so of the server."""
    with pytest.raises(Unreachable) as caught:
        dial(ELSEWHERE, f"http://127.0.0.1:{closed_port}")
    assert caught.value.cause == f"proxyconnect tcp: dial tcp 127.0.0.1:{closed_port}: connect: connection refused"


def test_proxies_of_other_kinds() -> None:
    assert fail(ELSEWHERE, "ftp://127.0.0.1:1") == f"{UNABLE}proxyconnect tcp: unknown scheme ftp"


def carry(connection: Connection) -> None:
    """An HTTP proxy that is the server, too: TLS inside its own TLS."""
    request = connection.read()
    assert request is not None
    connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while request := connection.read():
        connection.send(f"<{request.line}>".encode() * 20_000)


def test_a_proxy_over_https(tmp_path: Path) -> None:
    with serving(carry, make_server_tls(tmp_path, authority().issue())) as proxy:
        cluster = {"certificate-authority-data": base64.b64encode(authority().pem).decode()}
        dialer = Dialer(read_server(ELSEWHERE), lambda: make_context(cluster, None), proxy.url)
        with dialer.open(PATIENCE) as sock, sock.makefile("rb") as answers:
            for line in ("GET /a HTTP/1.1", "GET /b HTTP/1.1"):
                sock.sendall(f"{line}\r\n\r\n".encode())
                said = f"<{line}>" * 20_000
                assert answers.read(len(said)) == said.encode()


def test_a_proxy_over_https_that_nobody_trusts(tmp_path: Path) -> None:
    with serving(carry, make_server_tls(tmp_path, authority().issue())) as proxy:
        told = fail(ELSEWHERE, proxy.url)
    assert told == f"{UNABLE}proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by unknown authority"


def socks(expected: list[bytes], answers: list[bytes]) -> Script:
    """Return a SOCKS proxy that expects some bytes, and answers, in turn."""

    def script(connection: Connection) -> None:
        for wanted, answer in zip(expected, answers, strict=True):
            assert connection.sock.recv(len(wanted), socket.MSG_WAITALL) == wanted
            connection.send(answer)

    return script


CONNECT = b"\x05\x01\x00\x03\x0fapi.example.com\x19\x2b"
DONE = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"


@pytest.mark.parametrize(
    ("expected", "answers", "login"),
    [
        pytest.param([b"\x05\x01\x00", CONNECT], [b"\x05\x00", DONE + b"hello"], "", id="for all"),
        pytest.param(
            [b"\x05\x02\x00\x02", b"\x01\x01a\x01b", CONNECT],
            [b"\x05\x02", b"\x01\x00", DONE + b"hello"],
            "a:b@",
            id="password",
        ),
        pytest.param(
            [b"\x05\x01\x00", CONNECT], [b"\x05\x00", b"\x05\x00\x00\x03\x01a\x00\x50hello"], "", id="bound to a name"
        ),
    ],
)
def test_a_socks_proxy_carries_on(expected: list[bytes], answers: list[bytes], login: str) -> None:
    with serving(socks(expected, answers)) as proxy:
        assert dial(ELSEWHERE, f"socks5://{login}127.0.0.1:{proxy.port}") == b"hello"


@pytest.mark.parametrize(
    ("expected", "answers", "why"),
    [
        ([b"\x05\x01\x00"], [b"\x05\xff"], "no acceptable authentication methods"),
        ([b"\x05\x01\x00"], [b"\x04\x00"], "unexpected protocol version 4"),
        ([b"\x05\x01\x00", CONNECT], [b"\x05\x00", b"\x05\x04\x00\x01"], "unknown error host unreachable"),
        ([b"\x05\x01\x00", CONNECT], [b"\x05\x00", b"\x05"], "EOF"),
    ],
    ids=["password", "SOCKS 4", "unreachable", "hung up"],
)
def test_a_socks_proxy_that_refuses(expected: list[bytes], answers: list[bytes], why: str) -> None:
    with serving(socks(expected, answers)) as proxy:
        told = fail(ELSEWHERE, f"socks5://127.0.0.1:{proxy.port}")
    assert told == f"{UNABLE}socks connect tcp 127.0.0.1:{proxy.port}->api.example.com:6443: {why}"
