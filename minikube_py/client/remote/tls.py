"""TLS as a kubeconfig asks for it, and what goes wrong with it in the words of Go's crypto packages."""

from __future__ import annotations

import base64
import ssl
import tempfile
from typing import Any

from minikube_py.client.credentials import Credentials
from minikube_py.client.kubeconfig import ConfigError

Object = dict[str, Any]

UNKNOWN = "x509: certificate signed by unknown authority"
EXPIRED = "x509: certificate has expired or is not yet valid"
_UNKNOWN_CODES = (18, 19, 20, 21)  # X509_V_ERR_*: self-signed, and an issuer that is not at hand
_EXPIRED_CODES = (9, 10)
_HOST_CODES = (62, 64)


def make_context(cluster: Object, credentials: Credentials | None) -> ssl.SSLContext:
    """Return how to speak TLS with a kubeconfig's cluster, with the user's certificate if there is one. Raises ConfigError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif cluster.get("certificate-authority-data") or cluster.get("certificate-authority"):
        _trust(context, cluster)
    else:
        context.load_default_certs()
    if credentials is not None and credentials.certificate:
        _show_certificate(context, credentials)
    return context


def _trust(context: ssl.SSLContext, cluster: Object) -> None:
    """Trust the cluster's own authority and no other."""
    data = cluster.get("certificate-authority-data")
    try:
        if data:
            context.load_verify_locations(cadata=base64.b64decode(data).decode("ascii"))
        else:
            context.load_verify_locations(cafile=cluster["certificate-authority"])
    except (ssl.SSLError, ValueError, OSError):
        raise ConfigError("unable to load root certificates: unable to parse bytes as PEM block") from None


def _show_certificate(context: ssl.SSLContext, credentials: Credentials) -> None:
    """Show the user's certificate when asked. Python's ssl reads it from a file only: a private one that is gone at once."""
    with tempfile.NamedTemporaryFile(prefix="mk-client-") as file:  # mode 0600
        file.write(credentials.certificate + b"\n" + credentials.key)
        file.flush()
        try:
            context.load_cert_chain(file.name)
        except ssl.SSLError:
            raise ConfigError("tls: failed to find any PEM data in certificate input") from None


def describe_tls_error(error: ssl.SSLError, host: str) -> str:
    """Return what Go says of a handshake that failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"tls: failed to verify certificate: {_describe_verification(error, host)}"
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return "http: server gave HTTP response to HTTPS client"
    if error.reason and error.reason.startswith(("TLSV1_ALERT_", "TLSV13_ALERT_", "SSLV3_ALERT_")):
        return f"remote error: tls: {error.reason.partition('ALERT_')[2].lower().replace('_', ' ')}"
    return f"tls: {error.reason or error}"


def _describe_verification(error: ssl.SSLCertVerificationError, host: str) -> str:
    if error.verify_code in _UNKNOWN_CODES:
        return UNKNOWN
    if error.verify_code in _EXPIRED_CODES:
        return EXPIRED
    if error.verify_code in _HOST_CODES:
        return f"x509: certificate is not valid for {host}"
    return f"x509: {error.verify_message}"
