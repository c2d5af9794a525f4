"""Connections to a server over TLS: whom is trusted, and what is said of whom is not."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.credentials import Credentials
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.dialer import Dialer, read_server
from minikube_py.client.remote.tls import make_context
from minikube_py.client.request import Unreachable
from tests.client.peers import Authority, Connection, Issued, authority, make_server_tls, reply, serving

Object = dict[str, Any]
TRUSTED = {"certificate-authority-data": base64.b64encode(authority().pem).decode()}
FAILED = "Unable to connect to the server: tls: failed to verify certificate: x509: "


def greet(connection: Connection) -> None:
    connection.send(b"hello")
    connection.sock.unwrap() if isinstance(connection.sock, ssl.SSLSocket) else None


def dial(url: str, cluster: Object | None = None, credentials: Credentials | None = None, name: str = "") -> bytes:
    """Return what the server says first."""
    with Dialer(read_server(url, name), lambda: make_context(cluster or TRUSTED, credentials)).open(20.0) as sock:
        return sock.recv(5)


def fail(folder: Path, issued: Issued, cluster: Object | None = None, name: str = "") -> str:
    with serving(greet, make_server_tls(folder, issued)) as peer, pytest.raises(Unreachable) as caught:
        dial(peer.url, cluster, name=name)
    return str(caught.value)


def test_a_server_of_the_clusters_authority_is_trusted(tmp_path: Path) -> None:
    with serving(greet, make_server_tls(tmp_path, authority().issue())) as peer:
        assert dial(peer.url) == b"hello"


def test_the_authority_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_bytes(authority().pem)
    with serving(greet, make_server_tls(tmp_path, authority().issue())) as peer:
        assert dial(peer.url, {"certificate-authority": str(tmp_path / "ca.crt")}) == b"hello"


def test_another_name_may_be_expected(tmp_path: Path) -> None:
    with serving(greet, make_server_tls(tmp_path, authority().issue(("api.example.com",)))) as peer:
        assert dial(peer.url, name="api.example.com") == b"hello"


def test_without_verification_anybody_is_trusted(tmp_path: Path) -> None:
    with serving(greet, make_server_tls(tmp_path, Authority("stranger").issue(("nobody",)))) as peer:
        assert dial(peer.url, {"insecure-skip-tls-verify": True}) == b"hello"


def test_the_users_certificate_is_shown(tmp_path: Path) -> None:
    own = authority().issue(("ann",))
    seen: list[Any] = []

    def look(connection: Connection) -> None:
        assert isinstance(connection.sock, ssl.SSLSocket)
        seen.append(connection.sock.getpeercert())
        greet(connection)

    with serving(look, make_server_tls(tmp_path, authority().issue(), authority().pem)) as peer:
        assert dial(peer.url, credentials=Credentials(certificate=own.certificate, key=own.key)) == b"hello"
    assert seen[0]["subjectAltName"] == (("DNS", "ann"),)


def test_an_unknown_authority(tmp_path: Path) -> None:
    assert fail(tmp_path, Authority("stranger").issue()) == f"{FAILED}certificate signed by unknown authority"


@pytest.mark.parametrize(
    ("sans", "name", "why"),
    [
        pytest.param(
            ("a.example", "b.example"), "c.example", "certificate is valid for a.example, b.example, not c.example", id="name"
        ),
        pytest.param(("10.0.0.1",), "", "certificate is valid for 10.0.0.1, not 127.0.0.1", id="address"),
        pytest.param(
            ("a.example",),
            "",
            "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
            id="no address",
        ),
        pytest.param(
            ("10.0.0.1",), "c.example", "certificate is not valid for any names, but wanted to match c.example", id="no name"
        ),
        pytest.param((), "c.example", "certificate relies on legacy Common Name field, use SANs instead", id="common name"),
    ],
)
def test_a_certificate_for_another(tmp_path: Path, sans: tuple[str, ...], name: str, why: str) -> None:
    assert fail(tmp_path, authority().issue(sans), name=name) == FAILED + why


@pytest.mark.parametrize(("days", "word"), [((-3, -2), "is after"), ((1, 2), "is before")], ids=["over", "not yet"])
def test_a_certificate_of_another_time(tmp_path: Path, days: tuple[int, int], word: str) -> None:
    told = fail(tmp_path, authority().issue(days=days))
    assert told.startswith(f"{FAILED}certificate has expired or is not yet valid: current time 20")
    assert word in told


def test_a_server_that_speaks_no_tls() -> None:
    def answer(connection: Connection) -> None:
        connection.sock.recv(1)
        connection.send(reply(400))
        connection.sock.recv(1)  # until the client gives up

    with serving(answer) as peer, pytest.raises(Unreachable) as caught:
        dial(peer.url.replace("http:", "https:"))
    assert str(caught.value) == "Unable to connect to the server: http: server gave HTTP response to HTTPS client"


def test_a_server_that_hangs_up() -> None:
    with serving(lambda connection: None) as peer, pytest.raises(Unreachable) as caught:
        dial(peer.url.replace("http:", "https:"))
    assert str(caught.value) == "Unable to connect to the server: EOF"


@pytest.mark.parametrize(
    ("cluster", "credentials", "why"),
    [
        pytest.param(
            {"certificate-authority-data": "aGVsbG8="},
            None,
            "unable to load root certificates: unable to parse bytes as PEM block",
            id="CA",
        ),
        pytest.param(
            {**TRUSTED, "insecure-skip-tls-verify": True},
            None,
            "specifying a root certificates file with the insecure flag is not allowed",
            id="CA and insecure",
        ),
        pytest.param(
            TRUSTED,
            Credentials(certificate=b"x", key=b"y"),
            "tls: failed to find any PEM data in certificate input",
            id="certificate",
        ),
    ],
)
def test_what_makes_no_sense(cluster: Object, credentials: Credentials | None, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make_context(cluster, credentials)
    assert str(caught.value) == why
