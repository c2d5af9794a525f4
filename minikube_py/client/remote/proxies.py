"""Asks a proxy to carry a connection on to a server: HTTP's CONNECT, and SOCKS 5 (RFC 1928, RFC 1929)."""

from __future__ import annotations

import base64
import ipaddress
import socket

from minikube_py.client.dialing import UNABLE, Address
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
            raise Unreachable(UNABLE.format("proxyconnect tcp: EOF"))
        answer += byte
    status = answer.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")[2]
    if not status.startswith("200"):
        raise Unreachable(UNABLE.format(status.partition(" ")[2] or status))


def ask_socks(sock: socket.socket, address: Address, name: str, password: str) -> None:
    """Let a SOCKS 5 proxy connect to the address, whose name it looks up itself. Raises OSError, Unreachable."""
    methods = b"\x00\x02" if name else b"\x00"
    sock.sendall(bytes((5, len(methods))) + methods)
    version, method = _receive(sock, 2)
    if version != 5 or method not in methods:
        raise _refuse("no acceptable authentication methods")
    if method == 2:
        user, secret = name.encode(), password.encode()
        sock.sendall(bytes((1, len(user))) + user + bytes((len(secret),)) + secret)
        if _receive(sock, 2)[1] != 0:
            raise _refuse("username/password authentication failed")
    sock.sendall(b"\x05\x01\x00" + _pack_host(address.host) + address.port.to_bytes(2, "big"))
    _, failure, _, kind = _receive(sock, 4)
    if failure:
        raise _refuse(_SOCKS_FAILURES.get(failure, f"unknown code: {failure}"))
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
    return receive_exactly(sock, count, _refuse("EOF"))


def _refuse(why: str) -> Unreachable:
    return Unreachable(UNABLE.format(f"socks connect: {why}"))
