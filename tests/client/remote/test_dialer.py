"""Where a server is, which proxy leads there, and what is said of those that do not."""

from __future__ import annotations

import socket

import pytest

from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.dialer import Dialer, find_proxy, read_server
from minikube_py.client.remote.tls import make_context
from minikube_py.client.request import Unreachable
from tests.client.peers import PATIENCE, Asked, Connection, Script, serving

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
    told = fail(f"https://127.0.0.1:{closed_port}")
    assert told == f"The connection to the server 127.0.0.1:{closed_port} was refused - did you specify the right host or port?"


@pytest.mark.parametrize(
    ("environment", "server", "configured", "expected"),
    [
        pytest.param({"HTTPS_PROXY": "http://p:1"}, "https://a.example", "", "http://p:1", id="environment"),
        pytest.param(
            {"https_proxy": "http://q:1", "HTTPS_PROXY": "http://p:1"},
            "https://a.example",
            "",
            "http://q:1",
            id="small letters",
        ),
        pytest.param(
            {"HTTPS_PROXY": "http://p:1"}, "https://a.example", "http://own:1", "http://own:1", id="the cluster's own first"
        ),
        pytest.param({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a.example"}, "https://a.example", "", "", id="exempt"),
        pytest.param({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, "https://a.example", "", "", id="domain exempt"),
        pytest.param({"HTTPS_PROXY": "http://p:1"}, "https://127.0.0.1:1", "", "", id="this machine"),
        pytest.param({"HTTPS_PROXY": "http://p:1"}, "http://a.example", "", "", id="of another scheme"),
        pytest.param({}, "https://a.example", "", "", id="none"),
    ],
)
def test_which_proxy(
    environment: dict[str, str], server: str, configured: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert find_proxy(read_server(server), configured) == expected


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
        (b"", "proxyconnect tcp: EOF"),
    ],
    ids=["password", "forbidden", "hung up"],
)
def test_a_proxy_that_refuses(answer: bytes, why: str) -> None:
    with serving(connect_proxy([], answer)) as proxy:
        assert fail(ELSEWHERE, proxy.url) == UNABLE + why


def test_proxies_of_other_kinds() -> None:
    assert fail(ELSEWHERE, "https://127.0.0.1:1") == f"{UNABLE}proxyconnect: proxies of the kind https:// are not spoken here"


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
        ([b"\x05\x01\x00", CONNECT], [b"\x05\x00", b"\x05\x05\x00\x01"], "connection refused"),
        ([b"\x05\x01\x00", CONNECT], [b"\x05\x00", b"\x05"], "EOF"),
    ],
    ids=["password", "refused", "hung up"],
)
def test_a_socks_proxy_that_refuses(expected: list[bytes], answers: list[bytes], why: str) -> None:
    with serving(socks(expected, answers)) as proxy:
        assert fail(ELSEWHERE, f"socks5://127.0.0.1:{proxy.port}") == f"{UNABLE}socks connect: {why}"
