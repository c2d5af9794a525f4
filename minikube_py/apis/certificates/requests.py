"""What a certificate signing request asks for: its PEM, and the rules of Kubernetes' own signers.

https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ ; upstream: pkg/apis/certificates/helpers.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apis.kind import Object

if TYPE_CHECKING:
    from cryptography import x509

CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING = "kubernetes.io/kubelet-serving"
LEGACY = "kubernetes.io/legacy-unknown"
NODES, NODE_PREFIX = "system:nodes", "system:node:"
NO_PEM = "PEM block type must be CERTIFICATE REQUEST"
_BEGIN = b"-----BEGIN CERTIFICATE REQUEST-----"
_OPTIONAL = {"digital signature", "key encipherment"}


def parse_request(csr: Object) -> x509.CertificateSigningRequest:
    """Return the PKCS#10 request inside a CertificateSigningRequest. Raises ValueError with Kubernetes' words."""
    import base64

    from cryptography import x509

    try:
        pem = base64.b64decode((csr.get("spec") or {}).get("request") or "")
        if _BEGIN not in pem:
            raise ValueError(NO_PEM)
        return x509.load_pem_x509_csr(pem[pem.index(_BEGIN) :])
    except ValueError as error:
        if str(error) == NO_PEM:
            raise
        raise ValueError("asn1: structure error: " + str(error).partition(":")[0]) from None


def list_subject(request: x509.CertificateSigningRequest, oid: str) -> list[str]:
    """Return the values of one attribute of the subject, by its dotted object identifier."""
    return [str(attribute.value) for attribute in request.subject if attribute.oid.dotted_string == oid]


COMMON_NAME, ORGANIZATION = "2.5.4.3", "2.5.4.10"


def find_fault(csr: Object, request: x509.CertificateSigningRequest) -> str:
    """Return why the signer named in spec.signerName does not sign the request, "" where it does."""
    usages, signer = csr["spec"].get("usages") or [], csr["spec"].get("signerName")
    if signer == CLIENT:
        return _find_client_fault(usages)
    if signer == KUBELET_CLIENT:
        return _find_kubelet_client_fault(usages, request)
    if signer == KUBELET_SERVING:
        return _find_kubelet_serving_fault(usages, request)
    return ""


def _find_client_fault(usages: list[str]) -> str:
    for usage in usages:
        if usage not in _OPTIONAL and usage != "client auth":
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _find_kubelet_client_fault(usages: list[str], request: x509.CertificateSigningRequest) -> str:
    if list_subject(request, ORGANIZATION) != [NODES]:
        return "subject organization is not system:nodes"
    for found, what in zip(list_alternative_names(request), ("DNS", "email", "IP", "URI"), strict=True):
        if found:
            return f"{what} subjectAltNames are not allowed"
    if not "".join(list_subject(request, COMMON_NAME)[-1:]).startswith(NODE_PREFIX):
        return "subject common name does not begin with system:node: "
    if set(usages) not in ({"digital signature", "client auth"}, _OPTIONAL | {"client auth"}):
        return "usages did not match [client auth digital signature]"
    return ""


def _find_kubelet_serving_fault(usages: list[str], request: x509.CertificateSigningRequest) -> str:
    if list_subject(request, ORGANIZATION) != [NODES]:
        return "subject organization is not system:nodes"
    dns, email, addresses, uris = list_alternative_names(request)
    if not dns and not addresses:
        return "DNS or IP subjectAltName is required"
    if email:
        return "email subjectAltNames are not allowed"
    if uris:
        return "URI subjectAltNames are not allowed"
    if set(usages) not in ({"digital signature", "server auth"}, _OPTIONAL | {"server auth"}):
        return "usages did not match [digital signature server auth]"
    if not "".join(list_subject(request, COMMON_NAME)[-1:]).startswith(NODE_PREFIX):
        return "subject common name does not begin with system:node: "
    return ""


def list_alternative_names(request: x509.CertificateSigningRequest) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the DNS names, e-mail addresses, IP addresses and URIs that a request asks for besides its subject."""
    from cryptography import x509

    try:
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [], [], [], []
    return (
        list(names.get_values_for_type(x509.DNSName)),
        list(names.get_values_for_type(x509.RFC822Name)),
        [str(address) for address in names.get_values_for_type(x509.IPAddress)],
        list(names.get_values_for_type(x509.UniformResourceIdentifier)),
    )


def has_condition(csr: Object, kind: str) -> bool:
    """Return whether a condition of that type is there, whatever its status."""
    return any(c.get("type") == kind for c in (csr.get("status") or {}).get("conditions") or ())


def tell_condition(csr: Object) -> str:
    """Return the CONDITION cell: `Approved,Issued`."""
    words = ["Denied" if has_condition(csr, "Denied") else "Approved" if has_condition(csr, "Approved") else "Pending"]
    words += ["Failed"] if has_condition(csr, "Failed") else []
    return ",".join(words + (["Issued"] if (csr.get("status") or {}).get("certificate") else []))
