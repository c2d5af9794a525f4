"""The certificates that a cluster makes for itself: its API server's, and that of its owner, which goes into the kubeconfig."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.apiserver.authentication.certificates import DEFAULT_SECONDS, Authority, Order
from minikube_py.apiserver.authentication.keys import write_key_file
from minikube_py.client.request import OWNER, User

if TYPE_CHECKING:
    from cryptography.x509 import GeneralName

RENEW_SECONDS = 200 * 24 * 3600  # a certificate that is older is made anew when the cluster starts
NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "localhost")
SERVER, ADMIN = "apiserver", "admin"
EVERYBODY = "system:authenticated"  # a group that needs no certificate


class Subject(NamedTuple):
    """Whom a certificate is for: a user, or a server that is reached by these names and addresses."""

    user: User
    hosts: tuple[str, ...] = ()


def ensure_certificates(folder: Path, now: float, hosts: tuple[str, ...]) -> None:
    """Make the certificates in `folder` (that of the CA) where they are missing, old or for other hosts: <name>.crt and <name>.key.

    `hosts` are addresses and names by which the server is reached, besides NAMES. They stand in <name>.hosts, too: to read a
    certificate takes longer than all the rest.
    """
    serving = Subject(User("kube-apiserver"), (*NAMES, *hosts))
    for name, subject, usage in ((SERVER, serving, "server auth"), (ADMIN, Subject(OWNER), "client auth")):
        made, known, wanted = folder / f"{name}.crt", folder / f"{name}.hosts", "\n".join(subject.hosts)
        is_other = bool(wanted) and not (known.exists() and known.read_text() == wanted)
        if not made.exists() or is_other or now - made.stat().st_mtime > RENEW_SECONDS:
            _make(folder, name, subject, ("digital signature", "key encipherment", usage), now)
            if wanted:
                write_key_file(known, wanted.encode())


def _make(folder: Path, name: str, subject: Subject, usages: tuple[str, ...], now: float) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    groups = (group for group in subject.user.groups if group != EVERYBODY)
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, subject.user.name))
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    if subject.hosts:
        names = x509.SubjectAlternativeName([_name_host(host) for host in subject.hosts])
        builder = builder.add_extension(names, critical=False)
    request = builder.sign(key, hashes.SHA256())
    certificate = Authority(folder).sign(Order(request, usages, DEFAULT_SECONDS), now)
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    write_key_file(folder / f"{name}.key", key.private_bytes(pem, pkcs8, plain))
    write_key_file(folder / f"{name}.crt", certificate)


def _name_host(host: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
