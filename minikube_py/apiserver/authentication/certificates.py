"""The cluster's certificate authority: certificates of its own, and whom one of them stands for.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates
"""

from __future__ import annotations

import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apis.certificates.requests import parse_request
from minikube_py.apiserver.authentication.bearer import CREDENTIAL_ID, EVERYBODY
from minikube_py.client.request import User

if TYPE_CHECKING:
    from cryptography import x509

    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
BACKDATE_SECONDS = 300
SHORT_SECONDS = 8 * 3600
MIN_SECONDS = 600
DEFAULT_SECONDS = 365 * 24 * 3600


class BadCertificate(Exception):
    """A certificate that proves nothing to this cluster."""


class Order(NamedTuple):
    """A certificate to make: whose key and names (those of a request), how long it is good, and what for.

    `usages` are a CertificateSigningRequest's: `client auth`, `digital signature`, ...
    """

    request: x509.CertificateSigningRequest
    usages: tuple[str, ...]
    seconds: int = DEFAULT_SECONDS


class Authority:
    """Signs certificates with the CA in `folder`: ca.crt and ca.key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The CA's own certificate."""
        from cryptography import x509

        return x509.load_pem_x509_certificate((self._folder / "ca.crt").read_bytes())

    @cached_property
    def _key(self) -> Any:
        from cryptography.hazmat.primitives import serialization

        return serialization.load_pem_private_key((self._folder / "ca.key").read_bytes(), None)

    def sign_request(self, csr: Object, now: float) -> bytes:
        """Return the certificate that a CertificateSigningRequest asks for, PEM; for a year at most. Raises ValueError."""
        spec = csr["spec"]
        asked = spec.get("expirationSeconds")
        seconds = DEFAULT_SECONDS if asked is None else max(MIN_SECONDS, min(asked, DEFAULT_SECONDS))
        return self.sign(Order(parse_request(csr), tuple(spec.get("usages") or ()), seconds), now)

    def sign(self, order: Order, now: float) -> bytes:
        """Return a new certificate, PEM. It is good from a little before `now` on, and never longer than the CA is."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization

        request = order.request
        start = datetime.datetime.fromtimestamp(int(now), datetime.UTC)
        backdate = datetime.timedelta(seconds=BACKDATE_SECONDS)
        end = start + datetime.timedelta(seconds=order.seconds)
        if order.seconds > SHORT_SECONDS:
            end -= backdate
        builder = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(self.certificate.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - backdate)
            .not_valid_after(min(end, self.certificate.not_valid_after_utc))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        )
        for extension in _list_extensions(order, self.certificate):
            builder = builder.add_extension(*extension)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


_KEY_USAGES = {
    "signing": "digital_signature",
    "digital signature": "digital_signature",
    "content commitment": "content_commitment",
    "key encipherment": "key_encipherment",
    "key agreement": "key_agreement",
    "data encipherment": "data_encipherment",
    "cert sign": "key_cert_sign",
    "crl sign": "crl_sign",
    "encipher only": "encipher_only",
    "decipher only": "decipher_only",
}
_EXTENDED_USAGES = {
    "any": "2.5.29.37.0",
    "server auth": "1.3.6.1.5.5.7.3.1",
    "client auth": "1.3.6.1.5.5.7.3.2",
    "code signing": "1.3.6.1.5.5.7.3.3",
    "email protection": "1.3.6.1.5.5.7.3.4",
    "s/mime": "1.3.6.1.5.5.7.3.4",
    "ipsec end system": "1.3.6.1.5.5.7.3.5",
    "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
    "ipsec user": "1.3.6.1.5.5.7.3.7",
    "timestamping": "1.3.6.1.5.5.7.3.8",
    "ocsp signing": "1.3.6.1.5.5.7.3.9",
    "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
    "netscape sgc": "2.16.840.1.113730.4.1",
}


def _list_extensions(order: Order, issuer: x509.Certificate) -> list[tuple[x509.ExtensionType, bool]]:
    """Return what a certificate says besides its names, each with whether a reader must understand it."""
    from cryptography import x509

    extensions: list[tuple[x509.ExtensionType, bool]] = []
    asked = {_KEY_USAGES[usage] for usage in order.usages if usage in _KEY_USAGES}
    if asked:
        names = dict.fromkeys(_KEY_USAGES.values(), False) | dict.fromkeys(asked, True)
        if not names["key_agreement"]:
            names["encipher_only"] = names["decipher_only"] = False
        extensions.append((x509.KeyUsage(**names), True))
    purposes = sorted({_EXTENDED_USAGES[usage] for usage in order.usages if usage in _EXTENDED_USAGES})
    if purposes:
        extensions.append((x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose) for purpose in purposes]), False))
    issuer_key = issuer.public_key()
    extensions.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), False))  # type: ignore[arg-type]
    try:
        names_asked = order.request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        extensions.append((names_asked.value, names_asked.critical))
    except x509.ExtensionNotFound:
        pass
    return extensions


def find_subject(server: ApiServer, certificate: bytes, key: bytes) -> User:
    """Return the user that a client certificate of this cluster's CA names, its key being shown too. Raises BadCertificate."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization

    folder = server.extensions.get("pki")
    if not folder:
        raise BadCertificate("this server has no certificate authority")
    try:
        shown = x509.load_pem_x509_certificate(certificate)
        shown.verify_directly_issued_by(Authority(Path(folder)).certificate)
        private: Any = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise BadCertificate(str(error)) from None
    now = server.now()
    if private.public_key() != shown.public_key():
        raise BadCertificate("private key does not match public key")
    if not shown.not_valid_before_utc.timestamp() <= now <= shown.not_valid_after_utc.timestamp():
        raise BadCertificate("certificate has expired or is not yet valid")
    return name_user(shown)


def name_user(certificate: x509.Certificate) -> User:
    """Return the user that a client certificate names. Raises BadCertificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    if not _proves_clients(certificate):
        raise BadCertificate("certificate specifies an incompatible key usage")
    names = [str(a.value) for a in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    groups = [str(a.value) for a in certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)]
    if not names:
        raise BadCertificate("certificate without a common name")
    identifier = f"X509SHA256={certificate.fingerprint(hashes.SHA256()).hex()}"
    return User(names[-1], (*groups, EVERYBODY), "", ((CREDENTIAL_ID, (identifier,)),))


def _proves_clients(certificate: x509.Certificate) -> bool:
    """Return whether a certificate is meant for clients; one that says nothing of its purpose is meant for all."""
    from cryptography import x509

    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool({_EXTENDED_USAGES["client auth"], _EXTENDED_USAGES["any"]} & {purpose.dotted_string for purpose in purposes})
