"""Why a server cannot be reached."""

from __future__ import annotations

import errno
import socket

import pytest

from minikube_py.client.dialing import Address, describe_failure, parse_server, parse_url
from minikube_py.client.request import Unreachable

WHERE = Address("10.0.0.1", 443, "10.0.0.1")


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("https://example.test", Address("example.test", 443, "example.test")),
        ("http://example.test:8080/a?x=y", Address("example.test", 8080, "example.test:8080")),
        ("127.0.0.1:1", Address("127.0.0.1", 1, "127.0.0.1:1")),
        ("https://[::1]:6443", Address("::1", 6443, "[::1]:6443")),
    ],
)
def test_addresses(server: str, address: Address) -> None:
    assert parse_server(server) == address


def test_what_is_no_address() -> None:
    with pytest.raises(ValueError, match=r'^host must be a URL or a host:port pair: "/x"$'):
        parse_server("/x")
    with pytest.raises(Unreachable, match=r'^Unable to connect to the server: invalid port ":bar" after host$'):
        parse_server("foo:bar")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://a:bar/x", 'invalid port ":bar" after host'),
        ("http://a b/x", 'invalid character " " in host name'),
    ],
)
def test_urls_that_make_no_sense(text: str, why: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_url(text)
    assert str(caught.value) == why


def test_a_server_that_makes_no_sense() -> None:
    """Of a whole URL kubectl says only that."""
    with pytest.raises(ValueError, match=r'^host must be a URL or a host:port pair: "https://a:bar"$'):
        parse_server("https://a:bar")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ConnectionRefusedError(), "dial tcp 10.0.0.1:443: connect: connection refused"),
        (TimeoutError(), "dial tcp 10.0.0.1:443: i/o timeout"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "dial tcp 10.0.0.1:443: connect: network is unreachable"),
    ],
    ids=["refused", "timeout", "unreachable"],
)
def test_failures(error: OSError, text: str) -> None:
    assert describe_failure(WHERE, error) == text


def test_a_name_that_nobody_knows() -> None:
    text = describe_failure(Address("nosuch.invalid", 80, "nosuch.invalid"), socket.gaierror())
    assert text.startswith("dial tcp: lookup nosuch.invalid")
    assert text.endswith(": no such host")
