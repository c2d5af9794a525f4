"""Why a server cannot be reached, in the words of client-go and of Go's net package."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from minikube_py.client.request import Unreachable
from minikube_py.component_base.os_errors import tell_os_error

TOO_LATE = "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"  # of --request-timeout
# the same, where nobody took the connection
NOT_REACHED = TOO_LATE.replace("canceled", "canceled while waiting for connection")
PORTS = {"http": 80, "https": 443}
UNFIT = frozenset(' "<>^`{|}\\')  # in the name of a host


class Address(NamedTuple):
    """Where a server is; `shown` is its host as messages name it."""

    host: str
    port: int
    shown: str


def parse_server(server: str) -> Address:
    """Return where a URL or `HOST:PORT` leads. Raises Unreachable, ValueError for what is neither."""
    whole = "://" in server
    try:
        address = parse_url(server if whole else f"http://{server}")
    except ValueError as error:
        if not whole:
            raise Unreachable(str(error)) from None
        address = None
    if address is None or not address.host:
        raise ValueError(f'host must be a URL or a host:port pair: "{server}"')
    return address


def parse_url(text: str) -> Address:
    """Return where a URL leads. Raises ValueError with what Go's net/url says."""
    url = urlsplit(text)
    for char in url.netloc:
        if char in UNFIT:
            raise ValueError(f'invalid character "{repr(char)[1:-1]}" in host name')
    try:
        port = url.port
    except ValueError:
        raise ValueError(f'invalid port ":{url.netloc.rpartition(":")[2]}" after host') from None
    return Address(url.hostname or "", port or PORTS.get(url.scheme, 80), url.netloc.rpartition("@")[2])


def describe_failure(address: Address, error: OSError) -> str:
    """Return why a connection could not be made, as Go's net package says it."""
    if isinstance(error, socket.gaierror):
        return f"dial tcp: lookup {address.host}{_name_resolver()}: no such host"
    host = _find_number(address.host)
    where = f"[{host}]:{address.port}" if ":" in host else f"{host}:{address.port}"
    if isinstance(error, TimeoutError):
        return f"dial tcp {where}: i/o timeout"
    return f"dial tcp {where}: connect: {'connection refused' if isinstance(error, ConnectionRefusedError) else tell_os_error(error)}"


def _find_number(host: str) -> str:
    """Return the first address of a host, which is the one that errors name."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        return host


def _name_resolver() -> str:
    """Return ` on ADDRESS:53` of the host's first name server, "" where none is configured."""
    try:
        with open("/etc/resolv.conf", encoding="utf-8", errors="replace") as file:
            servers = [words[1] for line in file if (words := line.split())[:1] == ["nameserver"] and len(words) > 1]
    except OSError:
        return ""
    if not servers:
        return ""
    return f" on [{servers[0]}]:53" if ":" in servers[0] else f" on {servers[0]}:53"
