"""Aggregated cluster roles: the rules of all cluster roles that their selectors choose.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#aggregated-clusterroles
"""

from __future__ import annotations

from collections.abc import Iterable

from minikube_py.apis.kind import Object


def collect_rules(role: Object, roles: Iterable[Object]) -> list[Object] | None:
    """Return the rules that an aggregated role takes from `roles`, each once, in the order of names; None for none at all.

    Raises ValueError for a selector that makes no sense.
    """
    from minikube_py.apimachinery.labels import selector_from_object

    name = role["metadata"]["name"]
    others = sorted((r for r in roles if r["metadata"]["name"] != name), key=lambda r: str(r["metadata"]["name"]))
    rules: list[Object] = []
    for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
        chosen = selector_from_object(selector)
        for other in others:
            if chosen.matches(other["metadata"].get("labels") or {}):
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules or None
