"""Keys and certificate signing requests for tests."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Object = dict[str, Any]
CLIENT = "kubernetes.io/kube-apiserver-client"


class Asked(NamedTuple):
    """A request's PEM and that of its key."""

    pem: bytes
    key: bytes

    @property
    def text(self) -> str:
        """spec.request."""
        return base64.b64encode(self.pem).decode()


@cache
def make_request(name: str = "ann", groups: Sequence[str] = (), dns: Sequence[str] = ()) -> Asked:
    """Return a request for a common name, organizations and DNS names."""
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, group) for group in groups]
    attributes.append(x509.NameAttribute(x509.NameOID.COMMON_NAME, name))
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(d) for d in dns]), critical=False)
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Asked(builder.sign(key, hashes.SHA256()).public_bytes(pem), key.private_bytes(pem, pkcs8, plain))


def make_csr(asked: Asked | None = None, **spec: Any) -> Object:
    """Return a CertificateSigningRequest."""
    whole = {"request": (asked or make_request()).text, "signerName": CLIENT, "usages": ["client auth"], **spec}
    head = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "ann"}}
    return {**head, "spec": whole}
