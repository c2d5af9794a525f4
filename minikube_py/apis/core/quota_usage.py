"""What objects use up of a ResourceQuota: one reckoning for admission, which charges, and the controller, which recounts.

https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minikube_py.apimachinery.quantity import Quantity, new_quantity, parse_quantity
from minikube_py.apis.core.persistent_storage import storage_class_of
from minikube_py.apis.core.pod_resources import Amounts, effective_limits, effective_requests
from minikube_py.apis.core.quota_scopes import is_in_scope, list_scopes
from minikube_py.apis.core.resource_validation import HUGE_PAGES, is_extended, is_native
from minikube_py.apis.kind import Object
from minikube_py.component_base.clock import parse_rfc3339

COUNT = "count/"
BY_CLASS = ".storageclass.storage.k8s.io/"
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_COMPULSORY = ("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")
_ALIASES = ("configmaps", "secrets", "replicationcontrollers", "resourcequotas")
_ONE = new_quantity(1)

COUNTED_IN = {
    "pods": ("pods", *_COMPUTE, *(f"{way}.{name}" for way in ("requests", "limits") for name in _COMPUTE)),
    "services": ("services", "services.nodeports", "services.loadbalancers"),
    "persistentvolumeclaims": ("persistentvolumeclaims", "requests.storage"),
    **{name: (name,) for name in _ALIASES},
}
_RESOURCE_OF = {name: resource for resource, names in COUNTED_IN.items() for name in names}


def find_counted(name: str) -> str:
    """Return which objects use up the quota resource `name`, as storage calls them (`jobs.batch`), or ""."""
    if name.startswith(COUNT):
        return name.removeprefix(COUNT)
    if BY_CLASS in name and name.partition(BY_CLASS)[2] in COUNTED_IN["persistentvolumeclaims"]:
        return "persistentvolumeclaims"
    if name.startswith((HUGE_PAGES, "requests." + HUGE_PAGES)) or (name.startswith("requests.") and not is_native(name)):
        return "pods"
    return _RESOURCE_OF.get(name, "")


def select_names(names: Iterable[str], resource: str) -> set[str]:
    """Return those of a quota's resources that objects of `resource` use up."""
    return {name for name in names if find_counted(name) == resource}


def measure(resource: str, obj: Object, now: float) -> Amounts:
    """Return all that one object uses up, whichever quota it falls under."""
    usage = {COUNT + resource: _ONE}
    if resource in _ALIASES:
        usage[resource] = _ONE
    meter = _METERS.get(resource)
    return usage | meter(obj, now) if meter else usage


def _measure_pod(pod: Object, now: float) -> Amounts:
    """Pods at their end, and those that should have ended long ago, use nothing but their place in storage."""
    if _is_over(pod, now):
        return {}
    spec = pod.get("spec") or {}
    return _name_amounts(effective_requests(spec), effective_limits(spec))


def _is_over(pod: Object, now: float) -> bool:
    metadata = pod["metadata"]
    if (pod.get("status") or {}).get("phase") in ("Failed", "Succeeded"):
        return True
    deleted, grace = metadata.get("deletionTimestamp"), metadata.get("deletionGracePeriodSeconds")
    return bool(deleted) and grace is not None and now > parse_rfc3339(deleted) + grace


def _name_amounts(requests: Amounts, limits: Amounts) -> Amounts:
    usage = {"pods": _ONE}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith(HUGE_PAGES):
            usage[name] = usage[f"requests.{name}"] = amount
        elif is_extended(name):
            usage[f"requests.{name}"] = amount
    return usage | {f"limits.{name}": amount for name, amount in limits.items() if name in _COMPUTE}


def _measure_service(service: Object, now: float) -> Amounts:
    spec = service.get("spec") or {}
    kind, ports = spec.get("type"), spec.get("ports") or []
    if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is False:
        ports = [port for port in ports if port.get("nodePort")]
    return {
        "services": _ONE,
        "services.nodeports": new_quantity(len(ports) if kind in ("NodePort", "LoadBalancer") else 0),
        "services.loadbalancers": new_quantity(int(kind == "LoadBalancer")),
    }


def _measure_claim(claim: Object, now: float) -> Amounts:
    spec = claim.get("spec") or {}
    usage = {"persistentvolumeclaims": _ONE}
    asked = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if asked is not None:
        granted = ((claim.get("status") or {}).get("allocatedResources") or {}).get("storage")
        usage["requests.storage"] = max(parse_quantity(text) for text in (asked, granted) if text is not None)
    storage_class = storage_class_of(claim)
    return usage | ({storage_class + BY_CLASS + name: amount for name, amount in usage.items()} if storage_class else {})


_METERS: dict[str, Callable[[Object, float], Amounts]] = {
    "pods": _measure_pod,
    "services": _measure_service,
    "persistentvolumeclaims": _measure_claim,
}


def is_matched(quota: Object, resource: str, obj: Object) -> bool:
    """Return whether an object lies in all scopes of a quota. Only pods lie in any."""
    scopes = list_scopes(quota.get("spec") or {})
    return not scopes or (resource == "pods" and all(is_in_scope(obj, scope) for scope in scopes))


def count_usage(quota: Object, list_objects: Callable[[str], Iterable[Object] | None], now: float) -> Amounts:
    """Return what is used up of each resource that a quota's spec limits.

    `list_objects(resource)` gives the objects of the quota's namespace; None for a resource that nobody knows, whose count is
    then left out.
    """
    hard = (quota.get("spec") or {}).get("hard") or {}
    used: Amounts = {}
    for resource in sorted({find_counted(name) for name in hard} - {""}):
        objects = list_objects(resource)
        if objects is None and resource not in COUNTED_IN:
            continue
        names = select_names(hard, resource)
        used |= dict.fromkeys(names, new_quantity(0))
        for obj in objects or ():
            if is_matched(quota, resource, obj):
                used |= add(used, measure(resource, obj, now), names)
    return used


def add(used: Amounts, more: Amounts, names: Iterable[str]) -> Amounts:
    """Return the sums of those of `more` that are among `names`."""
    return {name: used[name] + more[name] if name in used else more[name] for name in names if name in more}


def subtract(amounts: Amounts, less: Amounts) -> Amounts:
    """Return what `amounts` have more than `less`, and nothing where they have not."""
    zero = new_quantity(0)
    return {name: amount - less.get(name, zero) for name, amount in amounts.items() if amount > less.get(name, zero)}


def list_missing(pod: Object, names: Iterable[str]) -> str:
    """Return `limits.cpu for: a,b; requests.cpu for: a`: what containers must say for these names of a quota; "" if they do."""
    needed = sorted(set(names).intersection(_COMPULSORY))
    spec = pod.get("spec") or {}
    missing: dict[str, set[str]] = {}
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        resources = container.get("resources") or {}
        said = _name_amounts(parse_amounts(resources.get("requests")), parse_amounts(resources.get("limits")))
        for name in needed:
            if name not in said:
                missing.setdefault(name, set()).add(container.get("name", ""))
    return "; ".join(f"{name} for: {','.join(sorted(missing[name]))}" for name in sorted(missing))


def parse_amounts(texts: dict[str, str] | None) -> Amounts:
    """Return the quantities of a ResourceList."""
    return {name: parse_quantity(text) for name, text in (texts or {}).items()}


def format_amounts(amounts: dict[str, Quantity]) -> dict[str, str]:
    """Return the ResourceList of some quantities."""
    return {name: str(amount) for name, amount in sorted(amounts.items())}
