"""What certificate signing requests must be, and who may change which part of them. Upstream: pkg/apis/certificates/validation."""

from __future__ import annotations

from collections.abc import Iterator

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, not_supported, required
from minikube_py.apimachinery.gosyntax import invalid_go
from minikube_py.apis.certificates.requests import LEGACY, parse_request
from minikube_py.apis.kind import Object

USAGES = (
    *("any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment"),
    *("decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel"),
    *("ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime"),
    *("server auth", "signing", "timestamping"),
)
FINAL = ("Approved", "Denied", "Failed")
MIN_SECONDS = 600
MAX_SIGNER_NAME = 571
EXCLUSIVE = "Approved and Denied conditions are mutually exclusive"
Conditions = list[Object]


def validate(csr: Object) -> list[FieldError]:
    """Judge a new request."""
    return [*_judge_spec(csr), *_judge_conditions(csr, {}), *_judge_certificate(csr)]


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Judge a change of the metadata."""
    return [*_judge_change(new, old), *_judge_approval_kept(new, old), *_judge_certificate_kept(new, old)]


def validate_status_update(new: Object, old: Object) -> list[FieldError]:
    """Judge what a signer writes: a certificate, once, or why there is none."""
    errors = [*_judge_change(new, old), *_judge_approval_kept(new, old)]
    before, after = _certificate(old), _certificate(new)
    if before and after != before:
        errors.append(forbidden("status.certificate", "updates may not modify existing certificate content"))
    elif after != before:
        errors += _judge_certificate(new)
    return errors


def validate_approval_update(new: Object, old: Object) -> list[FieldError]:
    """Judge what an approver writes: conditions."""
    return [*_judge_change(new, old), *_judge_certificate_kept(new, old)]


def _judge_spec(csr: Object) -> Iterator[FieldError]:
    spec = csr["spec"]
    try:
        if not parse_request(csr).is_signature_valid:
            raise ValueError("x509: ECDSA verification failure")
    except ValueError as error:
        yield invalid_go("spec.request", _show_bytes(spec.get("request") or ""), str(error))
    usages = spec.get("usages") or ()
    if not usages:
        yield required("spec.usages")
    yield from (not_supported(f"spec.usages[{i}]", u, USAGES) for i, u in enumerate(usages) if u not in USAGES)
    yield from (duplicate(f"spec.usages[{i}]", u) for i, u in enumerate(usages) if u in usages[:i])
    if spec.get("signerName") == LEGACY:
        yield invalid("spec.signerName", LEGACY, "the legacy signerName is not allowed via this API version")
    else:
        yield from _judge_signer_name("spec.signerName", spec.get("signerName") or "")
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < MIN_SECONDS:
        why = "may not specify a duration less than 600 seconds (10 minutes)"
        yield invalid("spec.expirationSeconds", seconds, why)


def _show_bytes(data: str) -> str:
    """Return base64 data as Go prints a []byte."""
    import base64

    raw = base64.b64decode(data)
    return "[]byte{" + ", ".join(f"0x{byte:x}" for byte in raw) + "}"


def _judge_signer_name(field: str, name: str) -> Iterator[FieldError]:
    from minikube_py.apimachinery.errors import too_long
    from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain

    if not name:
        yield required(field)
        return
    domain, slash, path = name.partition("/")
    if not slash or "/" in path:
        yield invalid(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
        return
    if len(domain) > 253:
        yield too_long(field, 253)
    for value, rule in ((domain, is_dns1123_label), (path, is_dns1123_subdomain)):
        for label in value.split("."):
            if problems := rule(label):
                yield from (invalid(field, value, f'validating label "{label}": {why}') for why in problems)
                break
        if value == domain and "." not in domain:
            yield invalid(field, domain, "should be a domain with at least two segments separated by dots")
    if len(name) > MAX_SIGNER_NAME:
        yield too_long(field, MAX_SIGNER_NAME)


def _judge_conditions(new: Object, old: Object) -> Iterator[FieldError]:
    """Judge the conditions; what was wrong before may stay so."""
    conditions, before = _conditions(new), _conditions(old)
    types = [c.get("type") or "" for c in conditions]
    old_types = [c.get("type") or "" for c in before]
    for i, condition in enumerate(conditions):
        path, kind, status = f"status.conditions[{i}]", types[i], condition.get("status") or ""
        if not kind and "" not in old_types:
            yield required(f"{path}.type")
        allowed = ("True",) if kind in FINAL else ("False", "True", "Unknown")
        if not status:
            yield required(f"{path}.status")
        elif status not in allowed:
            yield not_supported(f"{path}.status", status, allowed)
        other = {"Approved": "Denied", "Denied": "Approved"}.get(kind)
        if other in types[:i] and not {"Approved", "Denied"} <= set(old_types):
            yield invalid(f"{path}.type", kind, EXCLUSIVE)
        if kind in types[:i] and len(set(old_types)) == len(old_types):
            yield duplicate(f"{path}.type", kind)


def _judge_certificate(csr: Object) -> Iterator[FieldError]:
    import base64

    from cryptography import x509

    data = _certificate(csr)
    if not data:
        return
    try:
        x509.load_pem_x509_certificates(base64.b64decode(data))
    except ValueError:
        why = "must contain at least one CERTIFICATE PEM block"
        yield invalid("status.certificate", "<certificate data>", why)


def _judge_change(new: Object, old: Object) -> Iterator[FieldError]:
    yield from _judge_conditions(new, old)
    for kind in FINAL:
        if len(_of_type(new, kind)) < len(_of_type(old, kind)):
            yield forbidden("status.conditions", f'updates may not remove a condition of type "{kind}"')


def _judge_approval_kept(new: Object, old: Object) -> Iterator[FieldError]:
    for kind in FINAL[:2]:
        before, after = _of_type(old, kind), _of_type(new, kind)
        if len(after) > len(before):
            yield forbidden("status.conditions", f'updates may not add a condition of type "{kind}"')
        elif len(after) == len(before) and after != before:
            yield forbidden("status.conditions", f'updates may not modify a condition of type "{kind}"')


def _judge_certificate_kept(new: Object, old: Object) -> Iterator[FieldError]:
    if _certificate(new) != _certificate(old):
        yield forbidden("status.certificate", "updates may not set certificate content")


def _certificate(csr: Object) -> str:
    return (csr.get("status") or {}).get("certificate") or ""


def _conditions(csr: Object) -> Conditions:
    return (csr.get("status") or {}).get("conditions") or []


def _of_type(csr: Object, kind: str) -> Conditions:
    return [condition for condition in _conditions(csr) if condition.get("type") == kind]
