"""Roles and bindings give nobody more than their author has. In Kubernetes their storage sees to that, at this same point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.authorization.escalation import Place
from minikube_py.client.request import MASTERS

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

NAME = "RBACEscalationCheck"
ROLES = ("roles", "clusterroles")


def handles(attributes: Attributes) -> bool:
    """New and changed roles and bindings, unless their author may do everything."""
    return attributes.operation in ("CREATE", "UPDATE") and MASTERS not in attributes.user.groups


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Refuse what would escalate. Raises Forbidden, NotFound."""
    assert attributes.obj is not None
    plural = attributes.kind.plural
    place = Place(server.store, attributes.user, plural, attributes.namespace)
    check = place.check_role if plural in ROLES else place.check_binding
    check(attributes.obj, attributes.old)
