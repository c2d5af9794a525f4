"""Servers of plain sockets in threads, on any free port, that do what a test says; and certificates for them."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PATIENCE = 20.0  # seconds after which a test gives up


class Asked(NamedTuple):
    """A request that came. Names of `headers` are in lower case; one that came twice has both values, joined by a comma."""

    line: str
    headers: dict[str, str]
    body: bytes


class Connection:
    """The server's side of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self._file = sock, sock.makefile("rb")

    def read(self) -> Asked | None:
        """Return the next request, None where the client has hung up."""
        line = self._file.readline().decode().strip()
        if not line:
            return None
        headers: dict[str, str] = {}
        while text := self._file.readline().decode().strip():
            name, _, value = text.partition(": ")
            headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
        return Asked(line, headers, self._file.read(int(headers.get("content-length", 0))))

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def close(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self.sock.close()


Script = Callable[[Connection], None]


class Peer:
    """A server: each connection is dealt with by `script` in a thread of its own. `url` has its port."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None) -> None:
        self._script, self._tls = script, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.connections = 0
        self._open: list[Connection] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE)
        try:
            ready = self._tls.wrap_socket(sock, server_side=True) if self._tls else sock
        except OSError:  # a client that does not trust us
            sock.close()
            return
        connection = Connection(ready)
        self._open.append(connection)
        with suppress(OSError, ValueError):  # ValueError: a TLS socket that was shut down meanwhile has nothing to unwrap
            self._script(connection)
        connection.close()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(PATIENCE)
        for connection in self._open:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(PATIENCE)


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Serve until the end of the block."""
    peer = Peer(script, tls)
    try:
        yield peer
    finally:
        peer.stop()


def answering(*answers: bytes, asked: list[Asked] | None = None) -> Script:
    """Return a script that gives the answers in turn, over all connections, the last one ever after; an empty one hangs up."""
    left = list(answers)

    def script(connection: Connection) -> None:
        while (request := connection.read()) is not None:
            if asked is not None:
                asked.append(request)
            answer = left.pop(0) if len(left) > 1 else left[0]
            if not answer:
                return
            connection.send(answer)

    return script


def reply(status: int = 200, body: object = None, *headers: str, kind: str = "application/json") -> bytes:
    """Return an answer whose body is JSON (by default a bare Pod), or the bytes given."""
    data = body if isinstance(body, bytes) else json.dumps({"kind": "Pod"} if body is None else body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data


def chunked(*parts: bytes) -> bytes:
    """Return an answer in chunks."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" + body


class Issued(NamedTuple):
    """A certificate and its key, PEM."""

    certificate: bytes
    key: bytes


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


class Authority:
    """Issues certificates. `days` are from when to when, from now."""

    def __init__(self, name: str = "tests") -> None:
        self._key, self._name = ec.generate_private_key(ec.SECP256R1()), _name(name)
        self.pem = self._sign(self._key, self._name, (), (-1, 1), ca=True)

    def _sign(self, key: Any, name: x509.Name, sans: Sequence[str], days: tuple[int, int], *, ca: bool = False) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now + datetime.timedelta(days[0])).not_valid_after(now + datetime.timedelta(days[1]))
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
        if sans:
            builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(one) for one in sans]), critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def issue(self, sans: Sequence[str] = ("127.0.0.1",), days: tuple[int, int] = (-1, 1)) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        plain = serialization.NoEncryption()
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        return Issued(self._sign(key, _name("server"), sans, days), pem)


def _alternative(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


@cache
def authority() -> Authority:
    """Return the one that tests trust."""
    return Authority()


def make_server_tls(folder: Path, issued: Issued, client_ca: bytes = b"") -> ssl.SSLContext:
    """Return how a server with that certificate speaks TLS; with `client_ca` it asks clients for theirs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    path = folder / "server.pem"
    path.write_bytes(issued.certificate + issued.key)
    context.load_cert_chain(path)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=client_ca.decode())
    return context
