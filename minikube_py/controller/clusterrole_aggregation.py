"""clusterrole-aggregation-controller: aggregated cluster roles take the rules of those with their labels.

Upstream: pkg/controller/clusterroleaggregation.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apis.rbac.aggregation import collect_rules
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CLUSTER_ROLES

Object = dict[str, Any]


class ClusterRoleAggregationController:
    """Reconciles one cluster role."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Write the rules where they are not what the selected roles have; a selector that makes no sense selects nothing new."""
        lister = self._context.lister(CLUSTER_ROLES)
        role = lister.get("", key.name)
        if role is None or not role.get("aggregationRule"):
            return Result()
        try:
            rules = collect_rules(role, lister.list())
        except ValueError:
            return Result()
        if rules != role.get("rules"):
            self._context.client.update(CLUSTER_ROLES, {**role, "rules": rules})
        return Result()


def _list_aggregated(obj: Object, context: Context) -> list[Key]:
    """Return every aggregated role: any of them may select the one that changed, or have selected it before."""
    roles = context.lister(CLUSTER_ROLES).list()
    return [Key("", role["metadata"]["name"]) for role in roles if role.get("aggregationRule")]


CONTROLLER = Controller("clusterrole-aggregation", (Watch(CLUSTER_ROLES, _list_aggregated),), ClusterRoleAggregationController)
