"""CertificateSubjectRestriction: no client certificate makes its owner a member of system:masters.

https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#certificatesubjectrestriction
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apimachinery.errors import new_forbidden
from minikube_py.apis.certificates.requests import CLIENT, ORGANIZATION, list_subject, parse_request
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.client.request import MASTERS

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "CertificateSubjectRestriction"


def handles(attributes: Attributes) -> bool:
    """New requests to be signed for clients of the API server."""
    assert attributes.obj is not None or attributes.operation == "DELETE"
    return attributes.operation == "CREATE" and (attributes.obj or {})["spec"].get("signerName") == CLIENT


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Refuse the group. Raises Forbidden."""
    assert attributes.obj is not None
    if MASTERS in list_subject(parse_request(attributes.obj), ORGANIZATION):
        why = f"use of {CLIENT} signer with {MASTERS} group is not allowed"
        raise new_forbidden(attributes.kind.group, attributes.kind.plural, attributes.name, why)
