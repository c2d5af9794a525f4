"""JSON web tokens, signed with the cluster's key for service accounts (ES256). https://www.rfc-editor.org/rfc/rfc7519"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
ALGORITHM = "ES256"
SIZE = 32  # bytes of each half of a signature


class TokenKey:
    """The key in the PEM file `path`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._key: EllipticCurvePrivateKey | None = None

    def _load(self) -> EllipticCurvePrivateKey:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

        if self._key is None:
            with open(self._path, "rb") as file:
                key = serialization.load_pem_private_key(file.read(), None)
            assert isinstance(key, EllipticCurvePrivateKey)
            self._key = key
        return self._key

    def sign(self, claims: Object) -> str:
        """Return a token that says `claims`."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        head = _encode({"alg": ALGORITHM, "kid": self._name()}) + b"." + _encode(claims)
        r, s = decode_dss_signature(self._load().sign(head, ec.ECDSA(hashes.SHA256())))
        return (head + b"." + _base64(r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big"))).decode()

    def describe(self) -> Object:
        """Return the public half as a JSON web key. https://www.rfc-editor.org/rfc/rfc7517"""
        numbers = self._load().public_key().public_numbers()
        x, y = (_base64(number.to_bytes(SIZE, "big")).decode() for number in (numbers.x, numbers.y))
        return {"use": "sig", "kty": "EC", "kid": self._name(), "crv": "P-256", "alg": ALGORITHM, "x": x, "y": y}

    def _name(self) -> str:
        """Return what tells this key from others: a hash of its public half."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        data = self._load().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return _base64(hashlib.sha256(data).digest()).decode()

    def verify(self, token: str) -> Object:
        """Return what a token says. Raises ValueError unless this key signed it."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        head, _, signature = token.rpartition(".")
        first, _, claims = head.partition(".")
        if _decode_json(first).get("alg") != ALGORITHM:
            raise ValueError("not signed as this cluster signs")
        raw = _decode(signature)
        encoded = encode_dss_signature(int.from_bytes(raw[:SIZE], "big"), int.from_bytes(raw[SIZE:], "big"))
        try:
            self._load().public_key().verify(encoded, head.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise ValueError("not signed by this cluster") from None
        return _decode_json(claims)


def get_token_key(server: ApiServer) -> TokenKey:
    """Return the key of the server's cluster: `cmd` names the folder of keys as the extension "pki". Raises ServiceUnavailable."""
    key: TokenKey | None = server.extensions.get("token_key")
    if key is None:
        folder = server.extensions.get("pki")
        if not folder:
            raise errors.ServiceUnavailable("this server has no key to sign tokens with")
        key = server.extensions["token_key"] = TokenKey(os.path.join(folder, "sa.key"))
    return key


def _encode(value: Object) -> bytes:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _decode_json(text: str) -> Object:
    try:
        value = json.loads(_decode(text))
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
