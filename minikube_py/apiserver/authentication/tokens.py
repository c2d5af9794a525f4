"""Service account tokens: signed (ES256), for an audience, until they expire, bound to a pod.

https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.component_base.clock import Clock, format_rfc3339

Object = dict[str, Any]
ISSUER = "https://kubernetes.default.svc.cluster.local"
MIN_SECONDS, MAX_SECONDS, DEFAULT_SECONDS = 600, 1 << 32, 3600


class TokenSigner:
    """Answers TokenRequests. `sign(account, request)` returns the request with its status filled in."""

    def __init__(self, key: Path, clock: Clock) -> None:
        self._path, self._clock = key, clock
        self._key: Any = None
        self._count = 0

    def sign(self, account: Object, request: Object) -> Object:
        """Return the TokenRequest with a token for `account`. Raises Invalid for a lifetime out of bounds."""
        spec = request.get("spec") or {}
        seconds = spec.get("expirationSeconds") or DEFAULT_SECONDS
        name = account["metadata"]["name"]
        if not MIN_SECONDS <= seconds <= MAX_SECONDS:
            why = (
                "may not specify a duration less than 10 minutes"
                if seconds < MIN_SECONDS
                else "may not specify a duration larger than 2^32 seconds"
            )
            problem = errors.invalid("spec.expirationSeconds", seconds, why)
            raise errors.new_invalid("authentication.k8s.io", "TokenRequest", name, [problem])
        now = int(self._clock.now())
        audiences = spec.get("audiences") or [ISSUER]
        self._count += 1
        claims = {
            "aud": audiences,
            "exp": now + seconds,
            "iat": now,
            "iss": ISSUER,
            "jti": f"{now:x}-{self._count:x}",
            "kubernetes.io": _private_claims(account, spec.get("boundObjectRef")),
            "nbf": now,
            "sub": f"system:serviceaccount:{account['metadata']['namespace']}:{name}",
        }
        status = {"token": self._sign(claims), "expirationTimestamp": format_rfc3339(now + seconds)}
        metadata = {"name": name, "namespace": account["metadata"]["namespace"], "creationTimestamp": format_rfc3339(now)}
        full = {**spec, "audiences": audiences, "expirationSeconds": seconds}
        return {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": metadata,
            "spec": full,
            "status": status,
        }

    def _sign(self, claims: Object) -> str:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        if self._key is None:
            self._key = serialization.load_pem_private_key(self._path.read_bytes(), None)
        head = _encode({"alg": "ES256", "typ": "JWT"}) + b"." + _encode(claims)
        r, s = decode_dss_signature(self._key.sign(head, ec.ECDSA(hashes.SHA256())))
        return (head + b"." + _base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode()


def _private_claims(account: Object, bound: Object | None) -> Object:
    metadata = account["metadata"]
    claims: Object = {"namespace": metadata["namespace"], "serviceaccount": {"name": metadata["name"], "uid": metadata["uid"]}}
    if bound:
        claims[str(bound.get("kind", "")).lower()] = {"name": bound.get("name"), "uid": bound.get("uid")}
    return claims


def _encode(value: Object) -> bytes:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
