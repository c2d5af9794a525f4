"""ResourceQuota: refuses what goes over a quota, and charges what does not, inside the write's own transaction.

Where Kubernetes lets a write pass while a new quota is not counted yet, this counts at once: a full quota refuses from its
first moment on. What deletions give back, the resourcequota controller counts.
https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apis import catalog
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apimachinery.quantity import Quantity
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "ResourceQuota"
RESOURCE = "resourcequotas"
_UNCOUNTED = ("events", "events.events.k8s.io")
_GROWING = ("services", "persistentvolumeclaims")  # whose updates can use up more


def handles(attributes: Attributes) -> bool:
    """Every new object of a namespace, and changes of those that can grow."""
    kind = attributes.kind
    if not attributes.namespace or not kind.namespaced or kind.resource in _UNCOUNTED:
        return False
    if attributes.operation == "UPDATE":
        return kind.resource in _GROWING or (kind.resource == "pods" and _is_resized(attributes))
    return attributes.operation == "CREATE"


def _is_resized(attributes: Attributes) -> bool:
    new, old = (
        [c.get("resources") for c in (o or {})["spec"].get("containers") or ()] for o in (attributes.obj, attributes.old)
    )
    return new != old


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Charge every quota that the object falls under. Raises Forbidden where one does not suffice."""
    obj, resource = attributes.obj, attributes.kind.resource
    assert obj is not None
    quotas = server.store.list(Query(RESOURCE, attributes.namespace)).items
    if not quotas:
        return
    from minikube_py.apis.core import quota_usage  # most clusters have no quota, and need not load this

    matched = [quota for quota in quotas if quota_usage.is_matched(quota, resource, obj)]
    pertinent = [(quota, names) for quota in matched if (names := _prepare(quota, attributes, server))]
    if not pertinent:
        return
    delta = quota_usage.measure(resource, obj, server.now())
    if attributes.old is not None:
        delta = quota_usage.subtract(delta, quota_usage.measure(resource, attributes.old, server.now()))
    for quota, names in pertinent:
        charge = {name: amount for name, amount in delta.items() if name in names and amount}
        if charge:
            _charge(quota, charge, attributes)
            key = Key(RESOURCE, attributes.namespace, quota["metadata"]["name"])
            server.store.update(key, quota, 0)


def _prepare(quota: Object, attributes: Attributes, server: ApiServer) -> set[str]:
    """Return which resources of the quota are concerned, having counted the quota if nobody has. Raises Forbidden."""
    from minikube_py.apis.core import quota_usage

    resource, status = attributes.kind.resource, quota.setdefault("status", {})
    hard = status.get("hard") or (quota.get("spec") or {}).get("hard") or {}
    names = quota_usage.select_names(hard, resource)
    if not names:
        return names
    assert attributes.obj is not None
    if resource == "pods" and (missing := quota_usage.list_missing(attributes.obj, names)):
        _forbid(attributes, f"failed quota: {quota['metadata']['name']}: must specify {missing}")
    if not status.get("hard") or not names <= (status.get("used") or {}).keys():
        used = quota_usage.count_usage(quota, lambda counted: _list_objects(counted, attributes, server), server.now())
        quota["status"] = {"hard": quota["spec"]["hard"], "used": quota_usage.format_amounts(used)}
    return names


def _list_objects(resource: str, attributes: Attributes, server: ApiServer) -> list[Object] | None:
    """Return what is stored: an object that is being changed is there still as it was."""
    plural, _, group = resource.partition(".")
    if catalog.find_by_resource(group, plural) is None and server.custom_resources.find(group, plural) is None:
        return None
    return server.store.list(Query(resource, attributes.namespace)).items


def _charge(quota: Object, charge: dict[str, Quantity], attributes: Attributes) -> None:
    from minikube_py.apis.core import quota_usage

    status = quota["status"]
    hard, used = quota_usage.parse_amounts(status["hard"]), quota_usage.parse_amounts(status["used"])
    after = quota_usage.add(used, charge, charge)
    if over := sorted(name for name, amount in after.items() if name in hard and amount > hard[name]):
        texts = [",".join(f"{name}={amounts[name]}" for name in over if name in amounts) for amounts in (charge, used, hard)]
        name = quota["metadata"]["name"]
        _forbid(attributes, f"exceeded quota: {name}, requested: {texts[0]}, used: {texts[1]}, limited: {texts[2]}")
    quota["status"] = {**status, "used": quota_usage.format_amounts(used | after)}


def _forbid(attributes: Attributes, why: str) -> None:
    raise errors.new_forbidden(attributes.kind.group, attributes.kind.plural, attributes.name, why)
