"""NodeMetrics and PodMetrics, made when asked for: what metrics-server does. https://github.com/kubernetes-sigs/metrics-server

What pods use is measured by whoever runs them: server.extensions["metrics"] is a Measurer. A runtime without processes measures nothing;
there a pod may say itself what each of its containers uses, by the annotations CPU and MEMORY. Where none does, the group is not served.
A node uses what its pods use: the machine below is shared by all nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.duration import format_seconds
from minikube_py.apimachinery.quantity import BINARY_SI, DECIMAL_SI, Quantity, parse_quantity
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.selection import make_predicate
from minikube_py.apiserver.table import columns_of, make_table
from minikube_py.client.request import Request, Response
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.storage.interface import Key, Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]

EXTENSION = "metrics"
CPU, MEMORY = "minikube-py.dev/cpu", "minikube-py.dev/memory"
SAID_WINDOW = 15.0
NANO = 10**9
CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
STATUSES = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


class Usage(NamedTuple):
    """What a container used in the `window` seconds before now: cores and bytes."""

    pod_uid: str
    container: str
    cpu: float
    memory: float
    window: float


class Measurer(Protocol):
    """Measures pods."""

    def is_able(self) -> bool:
        """Return whether pods are processes, of which something can be measured."""

    def measure(self) -> Sequence[Usage]:
        """Return what runs now uses. Raises StatusError where nobody answers."""


def is_served(server: ApiServer) -> bool:
    """Return whether this cluster knows what its pods use."""
    measurer: Measurer | None = server.extensions.get(EXTENSION)
    return (measurer is not None and measurer.is_able()) or any(map(_says_usage, _list_pods(server)))


def answer(server: ApiServer, kind: Kind, request: Request) -> Response:
    """Answer get and list. Raises NotFound, MethodNotAllowed, ServiceUnavailable, BadRequest."""
    if request.verb not in kind.verbs or request.subresource:
        raise errors.new_not_allowed()
    if not is_served(server):
        raise errors.new_not_served()
    make = _make_pod_metrics if kind.namespaced else _make_node_metrics
    if request.verb == "get":
        found = _get(server, kind, request, make(server, request))
        return Response(_tabulate(server, kind, request, [found]) if request.table else found)
    predicate = make_predicate(kind, request)
    items = [item for item in make(server, request) if predicate is None or predicate(item)]
    if request.table:
        return Response(_tabulate(server, kind, request, items))
    bare = [{key: value for key, value in item.items() if key not in ("kind", "apiVersion")} for item in items]
    return Response({"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": {}, "items": bare})


def _get(server: ApiServer, kind: Kind, request: Request, items: Iterable[Object]) -> Object:
    for item in items:
        if item["metadata"]["name"] == request.name:
            return item
    namespace = request.namespace if kind.namespaced else ""
    if server.store.get(Key(kind.plural, namespace, request.name)) is None:
        raise errors.new_not_found("", kind.plural, request.name)
    name = f"{namespace}/{request.name}" if namespace else request.name
    raise errors.new_not_found(kind.group, kind.kind.lower(), name)


def _tabulate(server: ApiServer, kind: Kind, request: Request, items: list[Object]) -> Object:
    return make_table(columns_of(kind), items, {}, server.now(), request.params.get("includeObject", "Metadata"))


def _make_pod_metrics(server: ApiServer, request: Request) -> Iterator[Object]:
    """Yield the metrics of every pod of the namespace that runs."""
    usages = _measure(server)
    for pod in _list_pods(server, request.namespace):
        used = {usage.container: usage for usage in usages.get(pod["metadata"]["uid"], ())}
        names = [c["name"] for key in CONTAINERS for c in pod["spec"].get(key) or () if c["name"] in used]
        if names:
            containers = [{"name": name, "usage": _format(used[name].cpu, used[name].memory)} for name in names]
            window = max(used[name].window for name in names)
            yield {**_make_head(server, "PodMetrics", pod, window), "containers": containers}


def _make_node_metrics(server: ApiServer, request: Request) -> Iterator[Object]:
    """Yield the metrics of every node."""
    usages = _measure(server)
    on_node: dict[str, list[Usage]] = {}
    for pod in _list_pods(server):
        on_node.setdefault(pod["spec"].get("nodeName") or "", []).extend(usages.get(pod["metadata"]["uid"], ()))
    for node in server.store.list(Query("nodes")).items:
        used = on_node.get(node["metadata"]["name"], [])
        window = max((usage.window for usage in used), default=SAID_WINDOW)
        usage = _format(sum(u.cpu for u in used), sum(u.memory for u in used))
        yield {**_make_head(server, "NodeMetrics", node, window), "usage": usage}


def _make_head(server: ApiServer, kind: str, measured: Object, window: float) -> Object:
    before, now = measured["metadata"], format_rfc3339(server.now())
    metadata = {key: before[key] for key in ("name", "namespace") if key in before}
    metadata["creationTimestamp"] = now
    if before.get("labels"):
        metadata["labels"] = before["labels"]
    head = {"kind": kind, "apiVersion": "metrics.k8s.io/v1beta1", "metadata": metadata}
    return {**head, "timestamp": now, "window": format_seconds(round(window, 3))}


def _format(cpu: float, memory: float) -> Object:
    return {"cpu": str(Quantity(round(cpu * NANO), DECIMAL_SI)), "memory": str(Quantity(round(memory) * NANO, BINARY_SI))}


def _measure(server: ApiServer) -> dict[str, list[Usage]]:
    """Return what containers use, by the uid of their pod."""
    measurer: Measurer | None = server.extensions.get(EXTENSION)
    able = measurer is not None and measurer.is_able()
    found: dict[str, list[Usage]] = {}
    for usage in measurer.measure() if measurer is not None and able else _list_said(server):
        found.setdefault(usage.pod_uid, []).append(usage)
    return found


def _list_pods(server: ApiServer, namespace: str = "") -> list[Object]:
    return server.store.list(Query("pods", namespace)).items


def _says_usage(pod: Object) -> bool:
    annotations = pod["metadata"].get("annotations") or {}
    return CPU in annotations or MEMORY in annotations


def _list_said(server: ApiServer) -> Iterator[Usage]:
    """Yield what the annotations of pods say of their running containers; what is no quantity counts as nothing."""
    for pod in filter(_says_usage, _list_pods(server)):
        annotations, status = pod["metadata"]["annotations"], pod.get("status") or {}
        cpu, memory = (_read_amount(annotations.get(key, "0")) for key in (CPU, MEMORY))
        for state in (s for key in STATUSES for s in status.get(key) or () if "running" in (s.get("state") or {})):
            yield Usage(pod["metadata"]["uid"], state["name"], cpu, memory, SAID_WINDOW)


def _read_amount(text: str) -> float:
    try:
        return parse_quantity(text).nanos / NANO
    except ValueError:
        return 0.0
