"""What the CEL expressions of webhooks and policies can speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission_attributes import Attributes

if TYPE_CHECKING:
    from minikube_py.apimachinery.cel.authorizer import Authorizer
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def make_variables(attributes: Attributes, target: Kind, server: ApiServer) -> Object:
    """Return `object`, `oldObject`, `request` and `authorizer`, in the version of `target`."""
    from minikube_py.apiserver.webhooks.reviews import describe_request, show

    return {
        "object": show(target, attributes, attributes.obj),
        "oldObject": show(target, attributes, attributes.old),
        "request": {"name": "", "namespace": "", "subResource": "", **describe_request(attributes, target)},
        "authorizer": _make_authorizer(attributes, server),
    }


def _make_authorizer(attributes: Attributes, server: ApiServer) -> Authorizer:
    from minikube_py.apimachinery.cel.authorizer import Authorizer, Question
    from minikube_py.apis.rbac.rules import Action
    from minikube_py.apiserver.authentication.bearer import EVERYBODY, account_groups
    from minikube_py.apiserver.authorization.rbac import authorize
    from minikube_py.client.request import User

    def decide(asked: Question) -> tuple[bool, str]:
        user = attributes.user
        if asked.account is not None:
            namespace, name = asked.account
            user = User(f"system:serviceaccount:{namespace}:{name}", (*account_groups(namespace), EVERYBODY))
        action = Action(asked.verb, asked.group, asked.resource, asked.subresource, asked.name, asked.namespace, asked.path)
        decision = authorize(server.store, user, action)
        return decision.allowed, decision.reason

    authorizer, kind = Authorizer(decide), attributes.kind
    question = Question("", kind.group, kind.plural, attributes.subresource, attributes.namespace, attributes.name)
    authorizer.members["requestResource"] = authorizer.at(question)
    return authorizer


def evaluate_text(expression: str, variables: Object) -> Any:
    """Return the value of an expression. Raises CelError, also where it goes on too long."""
    from minikube_py.apimachinery.cel.budget import BUDGET, Budget, OutOfBudget
    from minikube_py.apimachinery.cel.evaluator import evaluate
    from minikube_py.apimachinery.cel.nodes import CelError
    from minikube_py.apimachinery.cel.parser import parse

    try:
        return evaluate(parse(expression), {**variables, BUDGET: Budget()})
    except OutOfBudget as error:
        raise CelError(str(error)) from error
