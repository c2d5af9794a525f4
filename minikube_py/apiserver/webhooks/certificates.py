"""Whether the certificate of a webhook's server is good, told in the words of Go's crypto/tls and crypto/x509."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import ssl
from typing import Any

UNKNOWN_CODES = (2, 18, 19, 20, 21)  # what OpenSSL says of an issuer that nobody knows
EXPIRED_CODES = (9, 10)
_FAILED = "tls: failed to verify certificate: x509: "
NOT_TLS = "http: server gave HTTP response to HTTPS client"


def make_context(ca_bundle: str) -> ssl.SSLContext:
    """Return a context that trusts the authorities of a base64 PEM bundle, or the system's without one. Raises ValueError."""
    try:
        text = base64.b64decode(ca_bundle, validate=True).decode("ascii") if ca_bundle else None
        context = ssl.create_default_context(cadata=text)
    except (binascii.Error, UnicodeDecodeError, ssl.SSLError) as error:
        raise ValueError("unable to load root certificates: unable to parse bytes as PEM block") from error
    context.check_hostname = False  # names are looked at by find_fault, which can say what is wrong
    return context


def find_fault(stream: ssl.SSLSocket, host: str) -> str:
    """Return what is wrong with the names of the server's certificate, "" for nothing."""
    certificate: Any = stream.getpeercert() or {}
    names = certificate.get("subjectAltName") or ()
    dns = [value for kind, value in names if kind == "DNS"]
    ips = [value for kind, value in names if kind == "IP Address"]
    try:
        wanted = ipaddress.ip_address(host)
    except ValueError:
        return (
            "" if any(_is_named(host, name) for name in dns) else _tell_names(host, dns, ips, bool(certificate.get("subject")))
        )
    if not ips:
        return f"{_FAILED}cannot validate certificate for {host} because it doesn't contain any IP SANs"
    if any(ipaddress.ip_address(ip) == wanted for ip in ips):
        return ""
    return f"{_FAILED}certificate is valid for {', '.join(ips)}, not {host}"


def _is_named(host: str, pattern: str) -> bool:
    wanted, given = host.lower().rstrip(".").split("."), pattern.lower().rstrip(".").split(".")
    return len(wanted) == len(given) and wanted[1:] == given[1:] and given[0] in ("*", wanted[0])


def _tell_names(host: str, dns: list[str], ips: list[str], has_subject: bool) -> str:
    if dns:
        return f"{_FAILED}certificate is valid for {', '.join(dns)}, not {host}"
    if not ips and has_subject:
        return f"{_FAILED}certificate relies on legacy Common Name field, use SANs instead"
    return f"{_FAILED}certificate is not valid for any names, but wanted to match {host}"


def tell_tls_fault(error: ssl.SSLError) -> str:
    """Return why no secure connection came about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in UNKNOWN_CODES:
            return f"{_FAILED}certificate signed by unknown authority"
        if error.verify_code in EXPIRED_CODES:
            return f"{_FAILED}certificate has expired or is not yet valid: {error.verify_message}"
        return f"{_FAILED}{error.verify_message}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "EOF"
    reason = getattr(error, "reason", None) or ""  # OpenSSL's; an error of ours has only a text
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return NOT_TLS
    return f"remote error: tls: {reason.lower().replace('_', ' ')}" if reason else str(error.args[0])
