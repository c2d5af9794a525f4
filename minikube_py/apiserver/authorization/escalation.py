"""Nobody can grant what they do not have. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping

Upstream: pkg/registry/rbac/escalation_check.go and the policybased storages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import format_value, new_forbidden
from minikube_py.apis.rbac.binding import GROUP
from minikube_py.apis.rbac.rules import ALL, Action, compact, list_missing, show
from minikube_py.apiserver.authorization.rbac import aggregate, authorize, get_role_rules, list_rules
from minikube_py.client.request import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
EVERYTHING = (
    {"verbs": [ALL], "apiGroups": [ALL], "resources": [ALL]},
    {"verbs": [ALL], "nonResourceURLs": [ALL]},
)
NO_AGGREGATION = "must have cluster-admin privileges to use the aggregationRule"
_GARBAGE_FIELDS = ("ownerReferences", "finalizers", "managedFields")


class Place:
    """Where somebody writes a role or a binding: `plural` objects in `namespace`, in the name of `user`."""

    def __init__(self, store: Store, user: User, plural: str, namespace: str) -> None:
        self._store, self._user, self._plural, self._namespace = store, user, plural, namespace

    def check_role(self, role: Object, old: Object | None) -> None:
        """Refuse a role with rules that its author does not have, unless they may escalate. Raises Forbidden."""
        name = role["metadata"].get("name", "")
        asked = name if old is not None else ""
        if is_for_garbage(role, old) or self._may(Action("escalate", GROUP, self._plural, "", asked, self._namespace)):
            return
        self._check_rules(name, role.get("rules") or ())
        if "aggregationRule" in role or "aggregationRule" in (old or {}):
            owned, _ = list_rules(self._store, self._user, self._namespace)
            if list_missing(owned, EVERYTHING):
                raise new_forbidden(GROUP, self._plural, name, NO_AGGREGATION)

    def check_binding(self, binding: Object, old: Object | None) -> None:
        """Refuse to bind a role with rules that the author does not have, unless they may bind it. Raises Forbidden, NotFound."""
        reference = binding["roleRef"]
        if is_for_garbage(binding, old) or reference.get("kind") not in ("Role", "ClusterRole"):
            return
        plural = f"{reference['kind'].lower()}s"
        if not self._may(Action("bind", reference["apiGroup"], plural, "", reference["name"], self._namespace)):
            rules = get_role_rules(self._store, reference, self._namespace)
            self._check_rules(binding["metadata"].get("name", ""), rules)

    def _may(self, action: Action) -> bool:
        return authorize(self._store, self._user, action).allowed

    def _check_rules(self, name: str, rules: Iterable[Object]) -> None:
        owned, problems = list_rules(self._store, self._user, self._namespace)
        missing = list_missing(owned, rules)
        if not missing:
            return
        groups = " ".join(map(format_value, self._user.groups))
        why = f'user "{self._user.name}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n'
        why += "\n".join(sorted({show(rule) for rule in compact(missing)}))
        if problems:
            why += f"; resolution errors: [{aggregate(problems)}]"
        raise new_forbidden(GROUP, self._plural, name, why)


def is_for_garbage(new: Object, old: Object | None) -> bool:
    """Return whether an update only changes what the garbage collector needs to delete the object."""
    return old is not None and _strip(new) == _strip(old)


def _strip(obj: Object) -> Object:
    return {**obj, "metadata": {key: value for key, value in obj["metadata"].items() if key not in _GARBAGE_FIELDS}}
