"""Why a server cannot be reached, in the words of client-go and of Go's net package."""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from minikube_py.client.request import Unreachable
from minikube_py.component_base.os_errors import tell_os_error

REFUSED = "The connection to the server {} was refused - did you specify the right host or port?"
UNABLE = "Unable to connect to the server: {}"
TOO_LATE = "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"  # of --request-timeout
PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """Where a server is; `shown` is its host as messages name it."""

    host: str
    port: int
    shown: str


def parse_server(server: str) -> Address:
    """Return where a URL or `HOST:PORT` leads. Raises Unreachable, ValueError for what is neither."""
    url = urlsplit(server if "://" in server else f"http://{server}")
    try:
        port = url.port
    except ValueError:
        bad = url.netloc.rpartition(":")[2]
        raise Unreachable(UNABLE.format(f'invalid port ":{bad}" after host')) from None
    if not url.hostname:
        raise ValueError(f'host must be a URL or a host:port pair: "{server}"')
    return Address(url.hostname, port or PORTS.get(url.scheme, 80), url.netloc)


def describe_failure(address: Address, error: OSError) -> str:
    """Return what is said of a connection that could not be made."""
    if isinstance(error, ConnectionRefusedError):
        return REFUSED.format(address.shown)
    return UNABLE.format(describe_dial(address, error))


def describe_dial(address: Address, error: OSError) -> str:
    """Return what Go's net package says of that."""
    where = f"[{address.host}]:{address.port}" if ":" in address.host else f"{address.host}:{address.port}"
    if isinstance(error, socket.gaierror):
        return f"dial tcp: lookup {address.host}{_name_resolver()}: no such host"
    if isinstance(error, TimeoutError):
        return f"dial tcp {where}: i/o timeout"
    return f"dial tcp {where}: connect: {tell_os_error(error)}"


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
