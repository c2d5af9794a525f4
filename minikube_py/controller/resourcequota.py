"""resource-quota-controller: copies a quota's limits into its status and recounts what is used when counted objects go away.

Admission charges what is created; this gives back, and heals whatever went wrong. Upstream: pkg/controller/resourcequota.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from minikube_py.apis import catalog
from minikube_py.apis.core import quota_usage
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS, RESOURCE_QUOTAS, Resource, resource_of_definition

Object = dict[str, Any]
RESYNC_SECONDS = 300.0
_UNCOUNTED = ("events",)  # too many, and gone by themselves
_RESOURCES = {r.key: r for r in (Resource(e.group, e.version, e.names[0], e.kind) for e in catalog.list_preferred())}


class ResourceQuotaController:
    """Reconciles one quota. `counted` holds the uids of those that this process has looked at."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.counted: set[str] = set()

    def reconcile(self, key: Key) -> Result:
        """Write the status if it is not the truth. Raises Conflict where somebody was charged meanwhile."""
        quota = self._context.lister(RESOURCE_QUOTAS).get(*key)
        if quota is None:
            return Result()
        self.counted.add(quota["metadata"]["uid"])
        status = self._count(quota, key.namespace)
        if status != quota.get("status"):
            self._context.client.update(RESOURCE_QUOTAS, {**quota, "status": status}, "status")
        return Result(RESYNC_SECONDS)

    def _count(self, quota: Object, namespace: str) -> Object:
        hard = (quota.get("spec") or {}).get("hard") or {}
        used = quota_usage.count_usage(quota, lambda resource: self._list(resource, namespace), self._context.clock.now())
        before = quota_usage.parse_amounts((quota.get("status") or {}).get("used"))
        used = {name: amount for name, amount in (before | used).items() if name in hard}
        return {"hard": hard, "used": quota_usage.format_amounts(used)} if hard else {}

    def _list(self, resource: str, namespace: str) -> list[Object] | None:
        known = _RESOURCES.get(resource) or self._find_custom(resource)
        return None if known is None else self._context.lister(known).list(namespace)

    def _find_custom(self, resource: str) -> Resource | None:
        crd = self._context.lister(CUSTOM_RESOURCE_DEFINITIONS).get("", resource)
        return None if crd is None else resource_of_definition(crd)


def _needs_count(quota: Object, context: Context) -> Iterable[Key]:
    """A quota is counted once, and when its limits have changed; charges are no reason."""
    metadata, hard = quota["metadata"], (quota.get("spec") or {}).get("hard")
    is_new = metadata["uid"] not in context.reconciler.counted
    return [Key(metadata["namespace"], metadata["name"])] if is_new or (quota.get("status") or {}).get("hard") != hard else ()


def _watch_custom(crd: Object, context: Context) -> Iterable[Key]:
    resource = resource_of_definition(crd)
    if resource.namespaced:
        context.watch(Watch(resource, _find_quotas(resource.key)))
    return ()


@cache
def _find_quotas(resource: str) -> Callable[[Object, Context], Iterable[Key]]:
    """Return the function that tells which quotas a change of an object of `resource` may concern."""

    def find(obj: Object, context: Context) -> Iterable[Key]:
        namespace = obj["metadata"].get("namespace", "")
        if not namespace or (resource == "pods" and not _is_leaving(obj)):
            return
        for quota in context.lister(RESOURCE_QUOTAS).list(namespace):
            if quota_usage.select_names((quota.get("spec") or {}).get("hard") or (), resource):
                yield Key(namespace, quota["metadata"]["name"])

    return find


def _is_leaving(pod: Object) -> bool:
    """A pod's use of a quota ends with it, and changes little before; its status changes all the time."""
    return bool(pod["metadata"].get("deletionTimestamp")) or (pod.get("status") or {}).get("phase") in ("Failed", "Succeeded")


CONTROLLER = Controller(
    "resourcequota",
    (
        Watch(RESOURCE_QUOTAS, _needs_count),
        Watch(CUSTOM_RESOURCE_DEFINITIONS, _watch_custom),
        *(Watch(r, _find_quotas(key)) for key, r in _RESOURCES.items() if key not in _UNCOUNTED),
    ),
    ResourceQuotaController,
)
