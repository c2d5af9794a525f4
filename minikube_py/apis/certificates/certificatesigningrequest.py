"""CertificateSigningRequest: https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/"""

from __future__ import annotations

from minikube_py.apis.certificates.requests import tell_condition
from minikube_py.apis.certificates.validation import validate, validate_status_update, validate_update
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object


def set_defaults(csr: Object) -> None:
    """Give the parts that are always there."""
    csr.setdefault("spec", {})
    csr.setdefault("status", {})


def prepare_for_create(csr: Object) -> None:
    """Begin without approval; a request to be signed by the old signer says nothing of a duration."""
    csr["status"] = {}


def prepare_for_update(new: Object, old: Object) -> None:
    """Keep what was asked for: it never changes."""
    new["spec"] = old["spec"]
    new["status"] = old.get("status") or {}


def tell_duration(csr: Object) -> str:
    """Return the REQUESTEDDURATION cell."""
    seconds = csr["spec"].get("expirationSeconds")
    if seconds is None:
        return "<none>"
    from minikube_py.apimachinery.duration import human_duration

    return human_duration(seconds)


KIND = Kind(
    group="certificates.k8s.io",
    version="v1",
    kind="CertificateSigningRequest",
    plural="certificatesigningrequests",
    singular="certificatesigningrequest",
    schema="io.k8s.api.certificates.v1.CertificateSigningRequest",
    short_names=("csr",),
    namespaced=False,
    subresources=("approval", "status"),
    columns=(
        NAME,
        AGE,
        Column("SignerName", lambda csr, now: csr["spec"].get("signerName") or "<none>"),
        Column("Requestor", lambda csr, now: csr["spec"].get("username") or ""),
        Column("RequestedDuration", lambda csr, now: tell_duration(csr)),
        Column("Condition", lambda csr, now: tell_condition(csr)),
    ),
    selectable={"spec.signerName": lambda csr: csr["spec"].get("signerName") or ""},
    validate_name="anything",
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    validate=validate,
    validate_update=validate_update,
    validate_status_update=validate_status_update,
)
