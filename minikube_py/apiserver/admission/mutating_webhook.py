"""MutatingAdmissionWebhook: asks the webhooks of MutatingWebhookConfigurations, one after the other.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.transactions import WebhooksNotAsked
from minikube_py.apiserver.webhooks import dispatch

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "MutatingAdmissionWebhook"


def handles(attributes: Attributes) -> bool:
    """Every write but those of webhook configurations and their like, which could lock out their own repair."""
    return attributes.kind.group != dispatch.GROUP


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Let webhooks change the object. Raises WebhooksNotAsked where that has to wait for the end of the transaction; StatusError."""
    if server.heard is not None and server.heard.listening:
        dispatch.admit(attributes, server)
    elif dispatch.is_any_concerned(server, dispatch.MUTATING, attributes):
        raise WebhooksNotAsked
