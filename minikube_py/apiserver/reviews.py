"""Questions that are objects: a review is created, answered and forgotten. Upstream: pkg/registry/authorization and /authentication."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis.kind import Kind
from minikube_py.apis.rbac.rules import Action
from minikube_py.apiserver.authorization.node import NO_RULES, find_node
from minikube_py.apiserver.authorization.rbac import aggregate, authorize, list_rules
from minikube_py.apiserver.decoding import decode_body
from minikube_py.client.request import Request, Response, User

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def answer(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Return the review with its status. Raises Invalid, BadRequest."""
    review, warnings = decode_body(kind, request)
    metadata = review.setdefault("metadata", {})
    if kind.namespaced:
        _check_namespace(metadata, request)
    if problems := kind.validate(review):
        raise errors.new_invalid(kind.group, "", "", problems)
    metadata.setdefault("creationTimestamp", None)
    review.setdefault("spec", {})
    review["status"] = _ANSWERS[kind.plural](server, review, request.user)
    if kind.plural == "selfsubjectreviews":
        _complete_self_review(server, review)
    return Response(review, warnings, created=True)


def _check_namespace(metadata: Object, request: Request) -> None:
    if not request.namespace:
        raise errors.BadRequest("namespace is required on this type: ")
    if metadata.setdefault("namespace", request.namespace) != request.namespace:
        raise errors.BadRequest("the namespace of the provided object does not match the namespace sent on the request")


def _answer_access(server: ApiServer, review: Object, user: User) -> Object:
    """Answer whether the user may do what spec.resourceAttributes or spec.nonResourceAttributes say."""
    spec = review["spec"]
    about, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes") or {}
    if about is None:
        action = Action(path.get("verb") or "", path=path.get("path") or "")
    else:
        fields = ("verb", "group", "resource", "subresource", "name", "namespace")
        action = Action(*(about.get(field) or "" for field in fields))
    decision = authorize(server.store, user, action)
    return {"allowed": decision.allowed, **({"reason": decision.reason} if decision.reason else {})}


def _answer_subject_access(server: ApiServer, review: Object, user: User) -> Object:
    spec = review["spec"]
    subject = User(spec.get("user") or "", tuple(spec.get("groups") or ()), spec.get("uid") or "")
    return _answer_access(server, review, subject)


def _answer_rules(server: ApiServer, review: Object, user: User) -> Object:
    """List what the user may do in spec.namespace."""
    namespace = review["spec"].get("namespace")
    if not namespace:
        raise errors.BadRequest("no namespace on request")
    rules, problems = list_rules(server.store, user, namespace)
    fields = ("verbs", "apiGroups", "resources", "resourceNames")
    status: Object = {
        "resourceRules": [{f: rule[f] for f in fields if rule.get(f)} for rule in rules if rule.get("resources")],
        "nonResourceRules": [
            {"verbs": rule["verbs"], "nonResourceURLs": rule["nonResourceURLs"]}
            for rule in rules
            if rule.get("nonResourceURLs")
        ],
        "incomplete": find_node(user) is not None,
    }
    problems = [NO_RULES, *problems] if status["incomplete"] else problems
    if problems:
        status["evaluationError"] = aggregate(problems)
    return status


def _answer_token(server: ApiServer, review: Object, user: User) -> Object:
    """Tell whose spec.token is."""
    from minikube_py.apiserver.authentication.bearer import BadToken, authenticate
    from minikube_py.apiserver.authentication.tokens import ISSUER

    spec = review["spec"]
    if not spec.get("token"):
        raise errors.BadRequest("token is required for TokenReview in authentication")
    try:
        owner, audiences = authenticate(server, spec["token"], spec.get("audiences") or (ISSUER,))
    except BadToken as error:
        return {"error": str(error), "user": {}}
    return {"authenticated": True, "user": describe_user(owner), "audiences": audiences}


def describe_user(user: User) -> Object:
    """Return the authentication.k8s.io/v1 UserInfo of a user."""
    info: Object = {"username": user.name, "uid": user.uid, "groups": list(user.groups)}
    if user.extra:
        info["extra"] = {key: list(values) for key, values in user.extra}
    return {key: value for key, value in info.items() if value}


def _complete_self_review(server: ApiServer, review: Object) -> None:
    """Say when the question was answered: this review has no spec."""
    from minikube_py.component_base.clock import format_rfc3339

    del review["spec"]
    review["metadata"]["creationTimestamp"] = format_rfc3339(server.now())


_ANSWERS: dict[str, Callable[[ApiServer, Object, User], Object]] = {
    "subjectaccessreviews": _answer_subject_access,
    "localsubjectaccessreviews": _answer_subject_access,
    "selfsubjectaccessreviews": _answer_access,
    "selfsubjectrulesreviews": _answer_rules,
    "selfsubjectreviews": lambda server, review, user: {"userInfo": describe_user(user)},
    "tokenreviews": _answer_token,
}
