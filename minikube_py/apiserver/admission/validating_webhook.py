"""ValidatingAdmissionWebhook: asks the webhooks of ValidatingWebhookConfigurations about the object as it will be stored.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.transactions import WebhooksNotAsked
from minikube_py.apiserver.webhooks import dispatch

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "ValidatingAdmissionWebhook"


def handles(attributes: Attributes) -> bool:
    """Every write but those of webhook configurations and their like, which could lock out their own repair."""
    return attributes.kind.group != dispatch.GROUP


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Ask webhooks. Raises WebhooksNotAsked where that has to wait for the end of the transaction; StatusError."""
    heard = server.heard
    if heard is not None and heard.listening:
        dispatch.validate(attributes, server)
        heard.keep_validated(attributes)
    elif dispatch.is_any_concerned(server, dispatch.VALIDATING, attributes) and not (
        heard is not None and heard.take_validated(attributes, server.warnings)
    ):
        raise WebhooksNotAsked
