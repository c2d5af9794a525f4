"""TLS as a kubeconfig asks for it, and what goes wrong with it in the words of Go's crypto packages."""

from __future__ import annotations

import base64
import socket
import ssl
import tempfile
from typing import Any

from minikube_py.client.credentials import Credentials
from minikube_py.client.kubeconfig import ConfigError
from minikube_py.component_base.clock import RealClock, format_rfc3339

Object = dict[str, Any]

AUTHORITY = "certificate-authority"
UNKNOWN = "x509: certificate signed by unknown authority"
EXPIRED = "x509: certificate has expired or is not yet valid"
GO_ALERTS = {
    "CERTIFICATE_EXPIRED": "expired certificate",
    "CERTIFICATE_REVOKED": "revoked certificate",
    "CERTIFICATE_UNKNOWN": "unknown certificate",
    "PROTOCOL_VERSION": "protocol version not supported",
    "UNKNOWN_CA": "unknown certificate authority",
}
"""What Go calls the alerts that have another name in OpenSSL."""

_PEM = b"-----BEGIN "
_UNKNOWN_CODES = (18, 19, 20, 21)  # X509_V_ERR_*: self-signed, and an issuer that is not at hand
_NOT_YET = 9
_EXPIRED_CODES = (_NOT_YET, 10)
_HOST_CODES = (62, 64)


def make_context(cluster: Object, credentials: Credentials | None) -> ssl.SSLContext:
    """Return how to speak TLS with a kubeconfig's cluster, with the user's certificate if there is one. Raises ConfigError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority = read_authority(cluster)
    if cluster.get("insecure-skip-tls-verify") and authority:
        raise ConfigError("specifying a root certificates file with the insecure flag is not allowed")
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif authority:
        _trust(context, authority)
    else:
        context.load_default_certs()
    if credentials is not None and credentials.certificate:
        _show_certificate(context, credentials)
    return context


def read_authority(cluster: Object) -> bytes:
    """Return the certificates of the cluster's own authority, in PEM; none where the system's are trusted. Raises ConfigError."""
    try:
        if data := cluster.get(f"{AUTHORITY}-data"):
            return base64.b64decode(data)
        if path := cluster.get(AUTHORITY):
            with open(path, "rb") as file:
                return file.read()
    except (OSError, ValueError):
        raise ConfigError("unable to load root certificates: unable to parse bytes as PEM block") from None
    return b""


def _trust(context: ssl.SSLContext, authority: bytes) -> None:
    """Trust these certificates and no others."""
    try:
        context.load_verify_locations(cadata=authority.decode("ascii"))
    except (ssl.SSLError, ValueError):
        why = "no valid certificate authority data seen" if _PEM in authority else "unable to parse bytes as PEM block"
        raise ConfigError(f"unable to load root certificates: {why}") from None


def check_certificate(credentials: Credentials) -> None:
    """Raise ConfigError for a certificate that cannot be shown."""
    _show_certificate(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), credentials)


def _show_certificate(context: ssl.SSLContext, credentials: Credentials) -> None:
    """Show the user's certificate when asked. Python's ssl reads it from a file only: a private one that is gone at once."""
    with tempfile.NamedTemporaryFile(prefix="mk-client-") as file:  # mode 0600
        file.write(credentials.certificate + b"\n" + credentials.key)
        file.flush()
        try:
            context.load_cert_chain(file.name)
        except ssl.SSLError as error:
            raise ConfigError(_describe_pair(error, credentials)) from None


def _describe_pair(error: ssl.SSLError, credentials: Credentials) -> str:
    for what, data in (("certificate", credentials.certificate), ("key", credentials.key)):
        if _PEM not in data:
            return f"tls: failed to find any PEM data in {what} input"
    if error.reason == "KEY_VALUES_MISMATCH":
        return "tls: private key does not match public key"
    return f"tls: {error.reason or error}"


def read_certificate(raw: socket.socket, server_name: str) -> bytes:
    """Return the certificate that a server shows, in DER, only to say what is wrong with it: nothing else is sent. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(raw, server_hostname=server_name) as secured:
        return secured.getpeercert(binary_form=True) or b""


def describe_tls_error(error: ssl.SSLError, host: str, certificate: bytes = b"") -> str:
    """Return what Go says of a handshake that failed; `certificate` is the server's, as far as it is known."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"tls: failed to verify certificate: {_describe_verification(error, host, certificate)}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "EOF"
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return "http: server gave HTTP response to HTTPS client"
    if error.reason and error.reason.startswith(("TLSV1_ALERT_", "TLSV13_ALERT_", "SSLV3_ALERT_")):
        alert = error.reason.partition("ALERT_")[2]
        return f"remote error: tls: {GO_ALERTS.get(alert, alert.lower().replace('_', ' '))}"
    return f"tls: {error.reason or error}"


def _describe_verification(error: ssl.SSLCertVerificationError, host: str, certificate: bytes) -> str:
    if error.verify_code in _UNKNOWN_CODES:
        return UNKNOWN
    if error.verify_code in _EXPIRED_CODES:
        return f"{EXPIRED}{_describe_validity(error.verify_code, certificate) if certificate else ''}"
    if error.verify_code in _HOST_CODES:
        return f"x509: {_describe_names(host, certificate) if certificate else f'certificate is not valid for {host}'}"
    return f"x509: {error.verify_message}"


def _describe_validity(code: int, certificate: bytes) -> str:
    from cryptography import x509

    found, now = x509.load_der_x509_certificate(certificate), format_rfc3339(RealClock().now())
    if code == _NOT_YET:
        return f": current time {now} is before {format_rfc3339(found.not_valid_before_utc.timestamp())}"
    return f": current time {now} is after {format_rfc3339(found.not_valid_after_utc.timestamp())}"


def _describe_names(host: str, certificate: bytes) -> str:
    """Return for which names a certificate is, as it is not for this one."""
    import ipaddress

    from cryptography import x509

    extensions = x509.load_der_x509_certificate(certificate).extensions
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return "certificate relies on legacy Common Name field, use SANs instead"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        valid = names.get_values_for_type(x509.DNSName)
    else:
        valid = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
        if not valid:
            return f"cannot validate certificate for {host} because it doesn't contain any IP SANs"
    if not valid:
        return f"certificate is not valid for any names, but wanted to match {host}"
    return f"certificate is valid for {', '.join(valid)}, not {host}"
