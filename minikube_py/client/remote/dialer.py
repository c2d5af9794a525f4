"""Opens connections to one API server: directly or through an HTTP proxy, with TLS where its address says https."""

from __future__ import annotations

import base64
import os
import socket
import ssl
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass

from minikube_py.client.dialing import UNABLE, Address, describe_failure, parse_server
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.client.remote.tls import describe_tls_error
from minikube_py.client.request import Unreachable

SECONDS = 30.0  # to connect and to shake hands
MAX_ANSWER = 16 << 10  # bytes of a proxy's answer


class Server(NamedTuple):
    """Where an API server is. `prefix` is the path before /api, without a slash at its end."""

    address: Address
    tls: bool
    prefix: str
    server_name: str  # that its certificate must be for


def read_server(url: str, server_name: str = "") -> Server:
    """Return what a kubeconfig's `server` means: https unless it says otherwise. Raises ConfigError, Unreachable."""
    try:
        address = parse_server(url)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https"):
        raise ConfigError(f'unsupported scheme "{parts.scheme}" of the server "{url}"')
    return Server(address, parts.scheme == "https", parts.path.rstrip("/"), server_name or address.host)


def find_proxy(server: Server, configured: str) -> str:
    """Return the URL of the proxy to go through, "" for none: the cluster's own, else what $HTTPS_PROXY and $NO_PROXY say."""
    if configured:
        return configured
    scheme = "https" if server.tls else "http"
    found = os.environ.get(f"{scheme}_proxy") or os.environ.get(f"{scheme.upper()}_PROXY") or ""
    host = server.address.host
    if not found or host == "localhost" or host.startswith("127.") or host == "::1":
        return ""
    return "" if proxy_bypass(f"{host}:{server.address.port}") else found


class Dialer:
    """Opens connections to `server`, through the proxy at `proxy` if any. `make_tls` is asked at each, as certificates may change."""

    def __init__(self, server: Server, make_tls: Callable[[], ssl.SSLContext], proxy: str = "") -> None:
        self.server, self._make_tls, self._proxy = server, make_tls, proxy

    def open(self, timeout: float | None = SECONDS) -> socket.socket:
        """Return a connection that requests can be written to, without a time limit. Raises Unreachable."""
        address = self.server.address
        try:
            raw = self._open_through_proxy(timeout) if self._proxy else _connect(address, timeout)
        except OSError as error:
            raise Unreachable(describe_failure(address, error)) from error
        try:
            ready = self._shake_hands(raw) if self.server.tls else raw
            ready.settimeout(None)
        except ssl.SSLError as error:
            raw.close()
            raise Unreachable(UNABLE.format(describe_tls_error(error, self.server.server_name))) from error
        except OSError as error:
            raw.close()
            why = "net/http: TLS handshake timeout" if isinstance(error, TimeoutError) else "EOF"
            raise Unreachable(UNABLE.format(why)) from error
        return ready

    def _shake_hands(self, raw: socket.socket) -> socket.socket:
        return self._make_tls().wrap_socket(raw, server_hostname=self.server.server_name)

    def _open_through_proxy(self, timeout: float | None) -> socket.socket:
        """Return a connection that a proxy carries on to the server. Raises OSError, Unreachable."""
        parts = urlsplit(self._proxy if "://" in self._proxy else f"http://{self._proxy}")
        if parts.scheme != "http" or not parts.hostname:
            raise Unreachable(UNABLE.format(f"proxyconnect: proxies of the kind {parts.scheme}:// are not spoken here"))
        sock = _connect(Address(parts.hostname, parts.port or 80, parts.netloc), timeout)
        try:
            _ask_proxy(sock, self.server.address, parts.username or "", parts.password or "")
        except BaseException:
            sock.close()
            raise
        return sock


def _connect(address: Address, timeout: float | None) -> socket.socket:
    sock = socket.create_connection((address.host, address.port), timeout)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _ask_proxy(sock: socket.socket, address: Address, name: str, password: str) -> None:
    host = f"[{address.host}]" if ":" in address.host else address.host
    lines = [f"CONNECT {host}:{address.port} HTTP/1.1", f"Host: {host}:{address.port}"]
    if name:
        secret = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {secret}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)  # one at a time: what follows belongs to the server
        if not byte or len(answer) > MAX_ANSWER:
            raise Unreachable(UNABLE.format("proxyconnect tcp: EOF"))
        answer += byte
    status = answer.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")[2]
    if not status.startswith("200"):
        raise Unreachable(UNABLE.format(status.partition(" ")[2] or status))
