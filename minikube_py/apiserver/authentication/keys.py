"""The cluster's keys, made once at its first start: a CA with its certificate, and a key that signs service account tokens.

All are P-256: as strong as RSA 3072 and made in a millisecond. Files are 0600 in `pki/` of the profile.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import NamedTuple

CA_DAYS = 3650


class Keys(NamedTuple):
    """Paths of what a cluster signs with, and the CA's certificate, PEM."""

    ca_certificate: str
    ca_key: Path
    service_account_key: Path


def load_or_make(directory: Path, now: float) -> Keys:
    """Return the keys in `directory`, made if there are none; the certificate is valid from `now` on."""
    certificate, ca_key, account_key = directory / "ca.crt", directory / "ca.key", directory / "sa.key"
    if not (certificate.exists() and ca_key.exists() and account_key.exists()):
        _make(directory, datetime.datetime.fromtimestamp(now, datetime.UTC))
    return Keys(certificate.read_text(), ca_key, account_key)


def _make(directory: Path, now: datetime.datetime) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    usage = x509.KeyUsage(True, False, True, False, False, True, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)  # strict clients want one
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    account_key = ec.generate_private_key(ec.SECP256R1())
    write_key_file(directory / "sa.key", account_key.private_bytes(pem, pkcs8, plain))
    write_key_file(directory / "ca.key", key.private_bytes(pem, pkcs8, plain))
    write_key_file(directory / "ca.crt", certificate.public_bytes(pem))


def write_key_file(path: Path, data: bytes) -> None:
    """Write a file for its owner alone, in one step."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as out:
        out.write(data)
    temporary.replace(path)
