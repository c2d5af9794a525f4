"""The scheduler alone, on 1,000 nodes: its caches are filled, and its client binds by telling the caches. Nothing is stored."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple

from benchmarks.figures import Figure, Run
from minikube_py.client.reconcile import Manager
from minikube_py.client.resources import NODES, PODS, REPLICA_SETS, SERVICES, Resource
from minikube_py.component_base.clock import FakeClock
from minikube_py.component_base.logging import Logger
from minikube_py.scheduler.scheduler import CONTROLLER

Object = dict[str, Any]
NODE_COUNT = 1000
ZONES = 3
TEMPLATES = 20
PODS_A_SECOND = 700


class ChangedKey(NamedTuple):
    """Which resource changed."""

    resource: str


class Changed(NamedTuple):
    """A change, as storage logs it."""

    key: ChangedKey
    type: str
    object: Object


class Memory:
    """Source and client in one: what is bound comes back as a change."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Object]] = defaultdict(list)
        self._pods: dict[str, Object] = {}
        self._changes: list[Changed] = []

    def list(self, resource: Resource) -> list[Object]:
        """Return what there is at first."""
        return self.objects[resource.key]

    def changes(self) -> Sequence[Changed]:
        """Return what was bound since the last call."""
        found, self._changes = self._changes, []
        return found

    def reset(self) -> None:
        """Begin anew: nothing to do."""

    def with_manager(self, manager: str) -> Memory:
        """Return the client in another's name."""
        return self

    def add(self, resource: Resource, obj: Object) -> None:
        """Have an object from the start."""
        self.objects[resource.key].append(obj)
        if resource is PODS:
            self._pods[obj["metadata"]["name"]] = obj

    def create(self, resource: Resource, obj: Object, namespace: str = "", subresource: str = "") -> Object:
        """Bind a pod; Events are thrown away."""
        if subresource == "binding":
            pod = self._pods[obj["metadata"]["name"]]
            bound = {**pod, "spec": {**pod["spec"], "nodeName": obj["target"]["name"]}}
            self._changes.append(Changed(ChangedKey(PODS.key), "MODIFIED", bound))
        return obj

    def patch(self, resource: Resource, name: str, body: Object, namespace: str = "", **options: str) -> Object:
        """Fail: all pods fit."""
        raise AssertionError(f"{name} was not bound: {body}")


def add_nodes(memory: Memory) -> None:
    """Fill the cluster with nodes of three zones."""
    allocatable = {"cpu": "16", "memory": "64Gi", "pods": "110"}
    for number in range(NODE_COUNT):
        name = f"node-{number:04}"
        labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{number % ZONES}"}
        node = {"metadata": {"name": name, "uid": name, "labels": labels}, "spec": {}, "status": {"allocatable": allocatable}}
        memory.add(NODES, node)


def add_workload(memory: Memory, number: int, pods: int, *, varied: bool) -> None:
    """Add pods of a ReplicaSet behind a Service; varied ones ask for different amounts, and some for zones, nodes and company."""
    name = f"web-{number}"
    selector = {"app": name}
    metadata = {"namespace": "default", "uid": name, "name": name}
    memory.add(SERVICES, {"metadata": metadata, "spec": {"selector": selector}})
    memory.add(REPLICA_SETS, {"metadata": metadata, "spec": {"selector": {"matchLabels": selector}}})
    owner = {"kind": "ReplicaSet", "name": name, "uid": name, "controller": True}
    labels = {**selector, "pod-template-hash": name}
    requests = {"cpu": f"{50 + 5 * number if varied else 50}m", "memory": "100Mi"}
    token = {"name": "kube-api-access", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
    spec = {
        "schedulerName": "default-scheduler",
        "volumes": [token],
        "containers": [{"name": "web", "image": "nginx", "resources": {"requests": requests}}],
        **(_vary(number, selector) if varied else {}),
    }
    for index in range(pods):
        title = f"{name}-{index}"
        own = {"namespace": "default", "name": title, "uid": title, "labels": labels, "ownerReferences": [owner]}
        own["creationTimestamp"] = "2026-01-01T00:00:00Z"
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": own, "spec": spec, "status": {"phase": "Pending"}}
        memory.add(PODS, json.loads(json.dumps(pod)))  # each has its own parts, as those that are read from a store


def _vary(number: int, selector: dict[str, str]) -> Object:
    """Return what every few workloads ask for: to be spread hard over zones, apart on nodes, in one of two zones."""
    chosen = {"labelSelector": {"matchLabels": selector}}
    zone = "topology.kubernetes.io/zone"
    if number % 5 == 1:
        return {
            "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": zone, "whenUnsatisfiable": "DoNotSchedule", **chosen}]
        }
    if number % 5 == 2:
        term = {"weight": 10, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", **chosen}}
        return {"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [term]}}}
    if number % 5 == 3:
        expression = {"key": zone, "operator": "In", "values": ["zone-0", "zone-1"]}
        required = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
        return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}
    return {}


def time_scheduling(pods: int, templates: int) -> Run:
    """Return how long it takes until all pods are bound. Raises RuntimeError where some are not."""
    memory = Memory()
    add_nodes(memory)
    for number in range(templates):
        add_workload(memory, number, pods // templates, varied=templates > 1)
    random.Random(1).shuffle(memory.objects[PODS.key])
    clock = FakeClock()
    log = StringIO()
    manager = Manager(memory, clock, random.Random(1), Logger(log, clock))
    manager.add(CONTROLLER, memory)  # type: ignore[arg-type]
    manager.sync()
    began = time.perf_counter(), time.process_time()
    manager.run_batch(lambda done: False)
    took = Run(time.perf_counter() - began[0], time.process_time() - began[1])
    if "reconcile failed" in log.getvalue():
        raise RuntimeError(log.getvalue()[:3000])
    if waiting := sum(not pod["spec"].get("nodeName") for pod in manager.lister(PODS).list()):
        raise RuntimeError(f"{waiting} pods were not bound: {log.getvalue()[:500]}")
    return took


def measure() -> Iterator[Figure]:
    """Schedule more and more pods of one workload, and of twenty different ones."""
    for templates in (1, TEMPLATES):
        for pods in (1000, 5000, 10_000):
            what = "1 workload" if templates == 1 else f"{templates} workloads"
            took = time_scheduling(pods, templates)
            for kind, seconds in zip(("wall", "processor"), took, strict=True):
                yield Figure(f"scheduler, {pods} pods, {what}, {kind}", seconds, "s", pods / PODS_A_SECOND)
