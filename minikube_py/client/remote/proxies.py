"""Which proxy leads to a server, and how it is asked to carry a connection on: HTTP's CONNECT, and SOCKS 5 (RFC 1928, RFC 1929)."""

from __future__ import annotations

import base64
import ipaddress
import os
import socket

from minikube_py.client.dialing import Address
from minikube_py.client.request import Unreachable
from minikube_py.component_base.sockets import receive_exactly

MAX_ANSWER = 16 << 10  # bytes of a proxy's answer
_SOCKS_FAILURES = {
    1: "general SOCKS server failure",
    2: "connection not allowed by ruleset",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "TTL expired",
    7: "command not supported",
    8: "address type not supported",
}


def find_proxy(address: Address, *, tls: bool) -> str:
    """Return the URL of the proxy that $HTTPS_PROXY (or $HTTP_PROXY) and $NO_PROXY say for a server, "" for none."""
    found = _read_variable("HTTPS_PROXY" if tls else "HTTP_PROXY")
    if not found or address.host == "localhost" or _read_number(address.host) in ipaddress.ip_network("127.0.0.0/8"):
        return ""
    exempt = (rule.strip().lower() for rule in _read_variable("NO_PROXY").split(","))
    return "" if any(_is_exempt(address, rule) for rule in exempt if rule) else found


def _read_variable(name: str) -> str:
    return os.environ.get(name) or os.environ.get(name.lower()) or ""


def _read_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address that a host is, 0.0.0.0 for a name; of this machine's own one of them."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return ipaddress.ip_address(0)
    return ipaddress.ip_address("127.0.0.1") if number.is_loopback else number


def _is_exempt(address: Address, rule: str) -> bool:
    """Return whether a word of $NO_PROXY means a server: `*`, a network, an address, or a domain with all below it; behind `.` only those."""
    if rule == "*":
        return True
    try:
        return _read_number(address.host) in ipaddress.ip_network(rule, strict=False)
    except ValueError:
        host, _, port = rule.rpartition(":") if rule.rpartition(":")[2].isdigit() else (rule, "", "")
    host, own = host.strip("[]").removeprefix("*"), address.host.lower()
    return port in ("", str(address.port)) and (own == host or own.endswith(host if host.startswith(".") else f".{host}"))


def ask_proxy(sock: socket.socket, address: Address, name: str, password: str) -> None:
    """Let an HTTP proxy connect to the address; a name is sent with its password. Raises OSError, Unreachable."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    lines = [f"CONNECT {host}:{address.port} HTTP/1.1", f"Host: {host}:{address.port}"]
    if name:
        secret = base64.b64encode(f"{name}:{password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {secret}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)  # one at a time: what follows belongs to the server
        if not byte or len(answer) > MAX_ANSWER:
            raise Unreachable("unexpected EOF")
        answer += byte
    status = answer.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")[2]
    if not status.startswith("200"):
        raise Unreachable(status.partition(" ")[2] or status)


def ask_socks(sock: socket.socket, address: Address, name: str, password: str) -> None:
    """Let a SOCKS 5 proxy connect to the address, whose name it looks up itself. Raises OSError, Unreachable."""
    proxy, port = sock.getpeername()[:2]
    try:
        _ask_socks(sock, address, name, password)
    except _Refused as refused:
        raise Unreachable(f"socks connect tcp {proxy}:{port}->{address.host}:{address.port}: {refused}") from None


class _Refused(Exception):
    """What a proxy does not do."""


def _ask_socks(sock: socket.socket, address: Address, name: str, password: str) -> None:
    methods = b"\x00\x02" if name else b"\x00"
    sock.sendall(bytes((5, len(methods))) + methods)
    version, method = _receive(sock, 2)
    if version != 5:
        raise _Refused(f"unexpected protocol version {version}")
    if method not in methods:
        raise _Refused("no acceptable authentication methods")
    if method == 2:
        user, secret = name.encode(), password.encode()
        sock.sendall(bytes((1, len(user))) + user + bytes((len(secret),)) + secret)
        if _receive(sock, 2)[1] != 0:
            raise _Refused("username/password authentication failed")
    sock.sendall(b"\x05\x01\x00" + _pack_host(address.host) + address.port.to_bytes(2, "big"))
    _, failure, _, kind = _receive(sock, 4)
    if failure:
        raise _Refused(f"unknown error {_SOCKS_FAILURES.get(failure, f'unknown code: {failure}')}")
    _receive(sock, {1: 4, 4: 16}.get(kind) or _receive(sock, 1)[0])
    _receive(sock, 2)


def _pack_host(host: str) -> bytes:
    try:
        packed = ipaddress.ip_address(host).packed
    except ValueError:
        name = host.encode("idna")
        return bytes((3, len(name))) + name
    return bytes((1 if len(packed) == 4 else 4,)) + packed


def _receive(sock: socket.socket, count: int) -> bytes:
    return receive_exactly(sock, count, _Refused("EOF"))
