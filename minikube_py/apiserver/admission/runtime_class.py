"""RuntimeClass: a pod that names a runtime class pays its overhead and goes where it is.

https://kubernetes.io/docs/concepts/containers/runtime-class/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "RuntimeClass"
_DIFFERS = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_UNFOUNDED = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


def handles(attributes: Attributes) -> bool:
    """New pods."""
    return attributes.operation == "CREATE" and attributes.kind.resource == "pods"


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Give a pod the overhead, node selector and tolerations of its runtime class. Raises Forbidden."""
    assert attributes.obj is not None
    spec = attributes.obj["spec"]
    found = _find_class(attributes, server)
    if found is None:
        return
    if (overhead := found.get("overhead")) is not None:
        fixed = overhead.get("podFixed") or {}
        if spec.get("overhead") is not None and not _are_equal(spec["overhead"], fixed):
            _forbid(attributes, _DIFFERS)
        if fixed:
            spec["overhead"] = dict(fixed)
    if (scheduling := found.get("scheduling")) is not None:
        _set_scheduling(attributes, spec, scheduling)


def validate(attributes: Attributes, server: ApiServer) -> None:
    """Refuse an overhead that is not the runtime class'. Raises Forbidden."""
    assert attributes.obj is not None
    found, overhead = _find_class(attributes, server), attributes.obj["spec"].get("overhead")
    if found is not None and found.get("overhead") is not None:
        if not _are_equal(overhead or {}, found["overhead"].get("podFixed") or {}):
            _forbid(attributes, _DIFFERS)
    elif overhead:
        _forbid(attributes, _UNFOUNDED)


def _find_class(attributes: Attributes, server: ApiServer) -> Object | None:
    assert attributes.obj is not None
    name = attributes.obj["spec"].get("runtimeClassName")
    if name is None:
        return None
    found = server.store.get(Key("runtimeclasses.node.k8s.io", "", name))
    if found is None:
        _forbid(attributes, f'pod rejected: RuntimeClass "{name}" not found')
    return found


def _are_equal(amounts: Object, others: Object) -> bool:
    from minikube_py.apimachinery.quantity import parse_quantity

    read = [{name: parse_quantity(text) for name, text in given.items()} for given in (amounts, others)]
    return read[0] == read[1]


def _set_scheduling(attributes: Attributes, spec: Object, scheduling: Object) -> None:
    selector = dict(spec.get("nodeSelector") or {})
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if selector.setdefault(key, value) != value:
            ours, theirs = f"runtimeClass.scheduling.nodeSelector[{key}] = {value}", f"pod.spec.nodeSelector[{key}]"
            _forbid(attributes, f"conflict: {ours}; {theirs} = {selector[key]}")
    if selector:
        spec["nodeSelector"] = selector
    held = spec.get("tolerations") or []
    added = [toleration for toleration in scheduling.get("tolerations") or () if toleration not in held]
    if added:
        spec["tolerations"] = [*held, *added]


def _forbid(attributes: Attributes, why: str) -> None:
    raise errors.new_forbidden("", "pods", attributes.name, why)
