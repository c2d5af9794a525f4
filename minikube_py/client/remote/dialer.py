"""Opens connections to one API server: directly or through a proxy, with TLS where its address says https."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from minikube_py.client.dialing import NOT_REACHED, TOO_LATE, Address, describe_failure, parse_server
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.proxies import ask_proxy, ask_socks
from minikube_py.client.remote.tls import describe_tls_error, read_certificate
from minikube_py.client.request import Unreachable

SECONDS = 30.0  # to connect and to shake hands
HANDSHAKE_SECONDS = 10.0  # after which Go gives up a handshake
PROXIES = {"http": (80, ask_proxy), "https": (443, ask_proxy), "socks5": (1080, ask_socks), "socks5h": (1080, ask_socks)}


class Server(NamedTuple):
    """Where an API server is. `prefix` is the path before /api, without a slash at its end."""

    address: Address
    tls: bool
    prefix: str
    server_name: str  # that its certificate must be for

    @property
    def url(self) -> str:
        """Its address as requests name it, without the prefix."""
        return f"{'https' if self.tls else 'http'}://{self.address.shown}"


def read_server(url: str, server_name: str = "") -> Server:
    """Return what a kubeconfig's `server` means: https unless it says otherwise. Raises ConfigError, Unreachable."""
    try:
        address = parse_server(url)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https"):
        raise Unreachable(f'unsupported protocol scheme "{parts.scheme}"')
    return Server(address, parts.scheme == "https", parts.path.rstrip("/"), server_name or address.host)


class Dialer:
    """Opens connections to `server`, through the proxy at `proxy` if any. `make_tls` is asked at each, as certificates may change."""

    def __init__(self, server: Server, make_tls: Callable[[], ssl.SSLContext], proxy: str = "") -> None:
        self.server, self._make_tls, self._proxy = server, make_tls, proxy

    def open(self, timeout: float | None = SECONDS) -> socket.socket:
        """Return a connection that requests can be written to, without a time limit. Raises Unreachable."""
        raw = self.open_raw(timeout)
        try:
            ready = self._shake_hands(raw) if self.server.tls else raw
            ready.settimeout(None)
        except OSError as error:
            raw.close()
            raise Unreachable(self.explain(error, timeout)) from error
        except BaseException:  # no credentials for the handshake
            raw.close()
            raise
        return ready

    def open_raw(self, timeout: float | None = SECONDS) -> socket.socket:
        """Return a connection on which TLS, if the server speaks it, is still to begin. Raises Unreachable."""
        if self._proxy:
            return self._open_through_proxy(timeout)
        return _connect(self.server.address, timeout)

    def _shake_hands(self, raw: socket.socket) -> socket.socket:
        return self._make_tls().wrap_socket(raw, server_hostname=self.server.server_name)

    def explain(self, error: OSError, timeout: float | None = SECONDS) -> str:
        """Return what Go says of a handshake that failed: of a certificate what is wrong with it, for which it is looked at once more."""
        if not isinstance(error, ssl.SSLError):
            return _name_failure(error, timeout)
        certificate = b""
        if isinstance(error, ssl.SSLCertVerificationError):
            with suppress(OSError, Unreachable), self.open_raw(timeout) as raw:
                certificate = read_certificate(raw, self.server.server_name)
        return describe_tls_error(error, self.server.server_name, certificate)

    def _open_through_proxy(self, timeout: float | None) -> socket.socket:
        """Return a connection that a proxy carries on to the server. Raises Unreachable."""
        parts = urlsplit(self._proxy if "://" in self._proxy else f"http://{self._proxy}")
        if parts.scheme not in PROXIES or not parts.hostname:
            raise Unreachable(f"proxyconnect tcp: unknown scheme {parts.scheme}")
        port, ask = PROXIES[parts.scheme]
        sock = _connect(Address(parts.hostname, parts.port or port, parts.netloc), timeout, "proxyconnect tcp: ")
        try:
            if parts.scheme == "https":
                sock = self._make_tls().wrap_socket(sock, server_hostname=parts.hostname)
            ask(sock, self.server.address, unquote(parts.username or ""), unquote(parts.password or ""))
        except OSError as error:
            sock.close()
            why = (
                describe_tls_error(error, parts.hostname) if isinstance(error, ssl.SSLError) else _name_failure(error, timeout)
            )
            raise Unreachable(f"proxyconnect tcp: {why}") from error
        except BaseException:
            sock.close()
            raise
        if not isinstance(sock, ssl.SSLSocket):
            return sock
        from minikube_py.client.remote.tls_relay import relay

        return relay(sock)


def _name_failure(error: OSError, timeout: float | None) -> str:
    if not isinstance(error, TimeoutError):
        return "EOF"
    return TOO_LATE if timeout is not None and timeout < HANDSHAKE_SECONDS else "net/http: TLS handshake timeout"


def _connect(address: Address, timeout: float | None, doing: str = "") -> socket.socket:
    try:
        sock = socket.create_connection((address.host, address.port), timeout)
    except OSError as error:
        if isinstance(error, TimeoutError) and timeout is not None and timeout < SECONDS:
            raise Unreachable(NOT_REACHED) from error
        raise Unreachable(f"{doing}{describe_failure(address, error)}") from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
