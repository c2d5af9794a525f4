"""The RBAC authorizer (asked after the node authorizer): which rules a user has by bindings of roles, and whether one of them allows an action.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ; upstream: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac/validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError, new_not_found
from minikube_py.apis.rbac.binding import GROUP
from minikube_py.apis.rbac.rules import Action, allows
from minikube_py.client.request import MASTERS, NODES, User
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
_PLURALS = {"Role": "roles", "ClusterRole": "clusterroles"}


class Decision(NamedTuple):
    """Whether an action is allowed, and why (not)."""

    allowed: bool
    reason: str = ""


class Grant(NamedTuple):
    """A rule that a user has by a binding and one of its subjects; or, instead of a rule, why the binding's role has none."""

    binding: Object
    subject: Object
    rule: Object | None
    error: str = ""

    def __str__(self) -> str:
        """Return `RoleBinding "readers/dev" of Role "reader" to User "ann"`."""
        metadata, role, subject = self.binding["metadata"], self.binding["roleRef"], self.subject
        namespace = metadata.get("namespace", "")
        name = f"{metadata['name']}/{namespace}" if namespace else metadata["name"]
        who = subject["name"]
        if subject["kind"] == "ServiceAccount":
            who = f"{who}/{subject.get('namespace') or namespace}"
        return f'{self.binding["kind"]} "{name}" of {role["kind"]} "{role["name"]}" to {subject["kind"]} "{who}"'


def authorize(store: Store, user: User, action: Action) -> Decision:
    """Decide whether a user may do something. Members of system:masters may do everything."""
    if MASTERS in user.groups:
        return Decision(True)
    reasons: list[str] = []
    if NODES in user.groups:
        from minikube_py.apiserver.authorization.node import authorize_node

        verdict = authorize_node(store, user, action)
        if verdict.allowed:
            return Decision(True)
        reasons += [verdict.reason] if verdict.reason else []
    problems = []
    for grant in list_grants(store, user, action.namespace):
        if grant.rule is None:
            problems.append(grant.error)
        elif allows(grant.rule, action):
            return Decision(True, f"RBAC: allowed by {grant}")
    reasons += [f"RBAC: {aggregate(problems)}"] if problems else []
    return Decision(False, "\n".join(reasons))


def list_rules(store: Store, user: User, namespace: str) -> tuple[list[Object], list[str]]:
    """Return the rules that a user has in a namespace (everywhere: ""), and what kept others from being found."""
    grants = list(list_grants(store, user, namespace))
    return [grant.rule for grant in grants if grant.rule is not None], [grant.error for grant in grants if grant.rule is None]


def aggregate(problems: list[str]) -> str:
    """Return several errors as Kubernetes prints them together: each once, in brackets where there are more."""
    unique = list(dict.fromkeys(problems))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"


def list_grants(store: Store, user: User, namespace: str) -> Iterator[Grant]:
    """Yield what bindings give to a user: first those of the whole cluster, then those of the namespace."""
    bindings = store.list(Query(f"clusterrolebindings.{GROUP}")).items
    if namespace:
        bindings = bindings + store.list(Query(f"rolebindings.{GROUP}", namespace)).items
    for binding in bindings:
        where = binding["metadata"].get("namespace", "")
        subject = next((s for s in binding.get("subjects") or () if _is_subject(user, s, where)), None)
        if subject is None:
            continue
        try:
            for rule in get_role_rules(store, binding["roleRef"], where):
                yield Grant(binding, subject, rule)
        except StatusError as error:
            yield Grant(binding, subject, None, error.message)


def get_role_rules(store: Store, reference: Object, namespace: str) -> list[Object]:
    """Return the rules of the role that a binding in `namespace` names. Raises NotFound."""
    plural = _PLURALS[reference["kind"]]
    where = namespace if reference["kind"] == "Role" else ""
    role = store.get(Key(f"{plural}.{GROUP}", where, reference["name"]))
    if role is None:
        raise new_not_found(GROUP, reference["kind"].lower(), reference["name"])
    return role.get("rules") or []


def _is_subject(user: User, subject: Object, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name")
    if kind == "User":
        return bool(name == user.name)
    if kind == "Group":
        return name in user.groups
    where = subject.get("namespace") or namespace
    return kind == "ServiceAccount" and bool(where) and user.name == f"system:serviceaccount:{where}:{name}"
