"""A small https server with a certificate authority of its own, at a free port."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Object = dict[str, Any]
Answer = Callable[[Object], bytes | Object]
LOOPBACK = "127.0.0.1"
_BEGIN, _END = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC)


class Pair(NamedTuple):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _build(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
    return builder.serial_number(x509.random_serial_number()).not_valid_before(_BEGIN).not_valid_after(_END)


@cache
def make_ca() -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _build("test-ca", "test-ca", key).add_extension(x509.BasicConstraints(True, None), critical=True)
    return Pair(builder.sign(key, hashes.SHA256()), key)


@cache
def make_pair(names: Sequence[str]) -> Pair:
    ca, key = make_ca(), ec.generate_private_key(ec.SECP256R1())
    builder = _build("hook", "test-ca", key)
    alternatives = [x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return Pair(builder.sign(ca.key, hashes.SHA256()), key)


CA_BUNDLE = base64.b64encode(make_ca().pem).decode()


class Served(NamedTuple):
    """A server that runs."""

    port: int
    asked: list[Object]
    paths: list[str]

    @property
    def url(self) -> str:
        return f"https://{LOOPBACK}:{self.port}/check"


@contextmanager
def serve(folder: Path, answer: Answer, names: Sequence[str] = (LOOPBACK,), status: int = 200) -> Iterator[Served]:
    pair = make_pair(tuple(names))
    key = pair.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(pair.pem + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    asked: list[Object] = []
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body)
            paths.append(self.path)
            said = answer(body)
            text = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Server(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            return  # a client that hangs up in the middle is what some tests are about

    with Server((LOOPBACK, 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        try:
            yield Served(server.server_address[1], asked, paths)
        finally:
            server.shutdown()
            thread.join()
