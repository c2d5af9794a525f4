"""Who sends an HTTP request over TLS: by a client certificate, else by a bearer token, else nobody in particular."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import Unauthorized
from minikube_py.apiserver.authentication.bearer import BadToken, authenticate
from minikube_py.apiserver.authentication.requests import ANONYMOUS, NOBODY
from minikube_py.client.request import User

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer
    from minikube_py.client.http_message import HttpRequest

WEBSOCKET_TOKEN = "base64url.bearer.authorization.k8s.io."  # noqa: S105 - where a token stands, not one
"""A browser cannot give a WebSocket an Authorization header: the token then is one of the sub-protocols that it offers."""


def authenticate_message(server: ApiServer, message: HttpRequest, certificate: bytes) -> User:
    """Return who sends a message; `certificate` (DER) is one that TLS verified, with its key, b"" without any. Raises Unauthorized."""
    if certificate:
        user, first, last = read_certificate(certificate)
        if not first <= server.now() <= last or user is None:
            raise Unauthorized("Unauthorized")
        return user
    token = find_token(message)
    if token is None:
        return User(ANONYMOUS, (NOBODY,))
    try:
        return authenticate(server, token)[0]
    except BadToken:
        raise Unauthorized("Unauthorized") from None


def find_token(message: HttpRequest) -> str | None:
    """Return the bearer token of a message, None without any. Raises Unauthorized."""
    scheme, _, token = message.header("authorization").strip().partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    for protocol in message.header("sec-websocket-protocol").split(","):
        protocol = protocol.strip()
        if protocol.startswith(WEBSOCKET_TOKEN):
            encoded = protocol.removeprefix(WEBSOCKET_TOKEN)
            try:
                return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
            except (binascii.Error, ValueError):
                raise Unauthorized("Unauthorized") from None
    return None


def drop_token(protocols: str) -> str:
    """Return the sub-protocols that a WebSocket is offered without the token that may stand among them."""
    return ",".join(word for word in protocols.split(",") if not word.strip().startswith(WEBSOCKET_TOKEN))


@lru_cache(maxsize=256)
def read_certificate(certificate: bytes) -> tuple[User | None, float, float]:
    """Return the user that a verified certificate names, None where it names none, and from when to when it is good."""
    from cryptography import x509

    from minikube_py.apiserver.authentication.certificates import BadCertificate, name_user

    shown: Any = x509.load_der_x509_certificate(certificate)
    try:
        user = name_user(shown)
    except BadCertificate:
        user = None
    return user, shown.not_valid_before_utc.timestamp(), shown.not_valid_after_utc.timestamp()
