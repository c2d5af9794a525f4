"""TLS of the API server: who it is, and which client certificates it knows."""

from __future__ import annotations

import ssl
from pathlib import Path

from minikube_py.apiserver.authentication.own_certificates import SERVER

NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL


def make_context(folder: Path) -> ssl.SSLContext:
    """Return the server's side of TLS 1.2 and newer, with the keys in `folder`.

    A client may show a certificate; one that is not of this cluster's CA, or is not for clients, ends the handshake. How long it is
    good for is not looked at here: who asks with an old one is answered.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.load_cert_chain(folder / f"{SERVER}.crt", folder / f"{SERVER}.key")
    context.load_verify_locations(folder / "ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= NO_CHECK_TIME
    context.set_alpn_protocols(["http/1.1"])
    return context
