"""Certificate signing requests say who made them. In Kubernetes their strategy fills that in, from the request's user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apiserver.admission_attributes import Attributes

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "CertificateRequester"
FIELDS = ("username", "uid", "groups", "extra")


def handles(attributes: Attributes) -> bool:
    """New certificate signing requests."""
    return attributes.operation == "CREATE" and not attributes.subresource


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Write the user into the spec, whatever it said of one."""
    assert attributes.obj is not None
    user, spec = attributes.user, attributes.obj["spec"]
    extra = {key: list(values) for key, values in user.extra}
    values = {"username": user.name, "uid": user.uid, "groups": list(user.groups), "extra": extra}
    for field in FIELDS:
        spec.pop(field, None)
    spec.update({field: value for field, value in values.items() if value})
