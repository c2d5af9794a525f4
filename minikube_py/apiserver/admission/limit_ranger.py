"""LimitRanger: fills in the resources that containers leave out, and refuses containers, pods and claims outside the bounds.

https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.quantity import Quantity, parse_quantity
from minikube_py.apis.core.pod_resources import Amounts, effective_limits, effective_requests
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
Rule = Callable[[str, Quantity, Amounts, Amounts], str]
NAME = "LimitRanger"
ANNOTATION = "kubernetes.io/limit-ranger"


def handles(attributes: Attributes) -> bool:
    """New pods, pods whose containers are resized, and claims."""
    resource, operation, old = attributes.kind.resource, attributes.operation, attributes.old
    if operation not in ("CREATE", "UPDATE") or (old is not None and old["metadata"].get("deletionTimestamp")):
        return False
    if resource == "pods" and operation == "UPDATE":
        return _resources_of(attributes.obj) != _resources_of(old)
    return resource in ("pods", "persistentvolumeclaims")


def _resources_of(pod: Object | None) -> list[Any]:
    return [c.get("resources") for c in _containers(pod or {})]


def _containers(pod: Object) -> list[Object]:
    spec = pod.get("spec") or {}
    return [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]


def _list_items(attributes: Attributes, server: ApiServer) -> Iterable[list[Object]]:
    """Yield the items of each LimitRange of the namespace."""
    for limit_range in server.store.list(Query("limitranges", attributes.namespace)).items:
        yield (limit_range.get("spec") or {}).get("limits") or []


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Give a pod's containers the default requests and limits, and say so in an annotation."""
    pod = attributes.obj
    assert pod is not None
    if attributes.kind.resource != "pods":
        return
    for items in _list_items(attributes, server):
        fill_in_defaults(pod, items)


def fill_in_defaults(pod: Object, items: list[Object]) -> None:
    """Change a pod in place by the Container items of one LimitRange."""
    defaults: dict[str, dict[str, str]] = {"requests": {}, "limits": {}}
    for item in items:
        if item.get("type") == "Container":
            defaults["requests"].update(item.get("defaultRequest") or {})
            defaults["limits"].update(item.get("default") or {})
    spec = pod.get("spec") or {}
    notes = [n for c in spec.get("containers") or () for n in _fill_in(c, defaults, "container")]
    notes += [n for c in spec.get("initContainers") or () for n in _fill_in(c, defaults, "init container")]
    if notes:
        annotations = dict(pod["metadata"].get("annotations") or {})
        pod["metadata"]["annotations"] = {**annotations, ANNOTATION: "LimitRanger plugin set: " + "; ".join(notes)}


def _fill_in(container: Object, defaults: dict[str, dict[str, str]], what: str) -> Iterable[str]:
    for way, amounts in defaults.items():
        given = (container.get("resources") or {}).get(way) or {}
        missing = {name: amount for name, amount in amounts.items() if name not in given}
        if missing:
            container["resources"] = {**(container.get("resources") or {}), way: {**given, **missing}}
            yield f"{', '.join(sorted(missing))} {way[:-1]} for {what} {container.get('name', '')}"


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Check against one LimitRange after the other. Raises Forbidden with all that the first one objects to."""
    obj, kind = attributes.obj, attributes.kind
    assert obj is not None
    check = check_pod if kind.resource == "pods" else check_claim
    for items in _list_items(attributes, server):
        problems = list(dict.fromkeys(check(obj, items)))
        if problems:
            why = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
            raise errors.new_forbidden(kind.group, kind.plural, attributes.name, why)


def check_pod(pod: Object, items: list[Object]) -> list[str]:
    """Return what is wrong with a pod by the items of one LimitRange."""
    problems = []
    for item in items:
        if item.get("type") == "Container":
            for container in _containers(pod):
                resources = container.get("resources") or {}
                problems += _apply_rules(item, _parse(resources.get("requests")), _parse(resources.get("limits")))
        elif item.get("type") == "Pod":
            spec = pod.get("spec") or {}
            problems += _apply_rules(item, effective_requests(spec), effective_limits(spec))
    return problems


def check_claim(claim: Object, items: list[Object]) -> list[str]:
    """Return what is wrong with a PersistentVolumeClaim by the items of one LimitRange."""
    requests = _parse(((claim.get("spec") or {}).get("resources") or {}).get("requests"))
    problems = []
    for item in items:
        if item.get("type") == "PersistentVolumeClaim":
            problems += _apply_rules(item, requests, {}, (("min", _check_min), ("max", _check_max_request)))
    return problems


def _parse(amounts: dict[str, str] | None) -> Amounts:
    return {name: parse_quantity(text) for name, text in (amounts or {}).items()}


def _apply_rules(item: Object, requests: Amounts, limits: Amounts, rules: Iterable[tuple[str, Rule]] = ()) -> list[str]:
    problems = []
    for bound, check in rules or (("min", _check_min), ("max", _check_max), ("maxLimitRequestRatio", _check_ratio)):
        for name, text in sorted((item.get(bound) or {}).items()):
            if found := check(name, parse_quantity(text), requests, limits):
                problems.append(found.replace("@", f"per {item['type']} is {text}", 1))
    return problems


def _check_min(name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> str:
    text = f"minimum {name} usage @"
    if name not in requests:
        return f"{text}. No request is specified"
    if requests[name] < bound:
        return f"{text}, but request is {requests[name]}"
    return f"{text}, but limit is {limits[name]}" if name in limits and limits[name] < bound else ""


def _check_max(name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> str:
    text = f"maximum {name} usage @"
    if name not in limits:
        return f"{text}. No limit is specified"
    if limits[name] > bound:
        return f"{text}, but limit is {limits[name]}"
    return f"{text}, but request is {requests[name]}" if name in requests and requests[name] > bound else ""


def _check_max_request(name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> str:
    text = f"maximum {name} usage @"
    if name not in requests:
        return f"{text}. No request is specified"
    return f"{text}, but request is {requests[name]}" if requests[name] > bound else ""


def _check_ratio(name: str, bound: Quantity, requests: Amounts, limits: Amounts) -> str:
    text = f"{name} max limit to request ratio @"
    if not requests.get(name):
        return f"{text}, but no request is specified or request is 0"
    if not limits.get(name):
        return f"{text}, but no limit is specified or limit is 0"
    ratio = limits[name].nanos / requests[name].nanos
    return f"{text}, but provided ratio is {ratio:f}" if ratio * 10**9 > bound.nanos else ""
