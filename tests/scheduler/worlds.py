"""A cluster of caches only that changes at random, and the slow way to look at it: everything asked of every plugin anew."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from minikube_py.client.lister import Lister
from minikube_py.client.resources import NAMESPACES, SERVICES, Resource
from minikube_py.scheduler.attempt import Attempt, Surroundings
from minikube_py.scheduler.cache import NodeCache
from minikube_py.scheduler.framework import NodeInfo, list_plugins
from minikube_py.scheduler.nominations import Nominations
from minikube_py.scheduler.totals import Totals
from tests.scheduler.pods import make_pod

Object = dict[str, Any]
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
APPS = ("web", "db", "cache")


class World:
    """Caches, and the scheduler's own memory of them, which is told of every change."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.listers: dict[str, Lister] = defaultdict(Lister)
        self.nodes, self.pods = Lister(), Lister()
        self.cache = NodeCache(self.nodes, self.pods)
        self.nominations = Nominations()
        self.around = Surroundings(self.cache, self.nominations)
        self._count = 0
        for name, team in (("default", "a"), ("other", "b")):
            self.listers[NAMESPACES.key].replace({"metadata": {"name": name, "labels": {"team": team}}})
        self.listers[SERVICES.key].replace(
            {"metadata": {"name": "web", "namespace": "default"}, "spec": {"selector": {"app": "web"}}}
        )

    def lister(self, resource: Resource) -> Lister:
        """Be the context of plugins."""
        return self.listers[resource.key]

    def change(self) -> None:
        """Have something happen."""
        rng = self.rng
        happening = rng.choice(
            (self._set_node, self._set_node, self._bind, self._bind, self._bind, self._end, self._relabel, self._nominate)
        )
        happening()
        if rng.random() < 0.05:
            self._remove_node()

    def _set_node(self) -> None:
        rng, name = self.rng, f"n{self.rng.randrange(6)}"
        labels = {HOST: name, "disk": rng.choice(("ssd", "hdd"))}
        if zone := rng.choice(("", "z1", "z2", "z3")):
            labels[ZONE] = zone
        taint = {"key": "gpu", "value": "yes", "effect": rng.choice(("NoSchedule", "PreferNoSchedule"))}
        spec = {"taints": [taint] if rng.random() < 0.3 else [], "unschedulable": rng.random() < 0.1}
        allocatable = {"cpu": str(rng.randint(1, 4)), "memory": "8Gi", "pods": str(rng.randint(2, 10))}
        images = [{"names": ["nginx:latest"], "sizeBytes": 500_000_000}] if rng.random() < 0.5 else []
        node = {"metadata": {"name": name, "labels": labels}, "spec": spec}
        self.nodes.replace({**node, "status": {"allocatable": allocatable, "images": images}})
        self.cache.update_node(name)

    def _remove_node(self) -> None:
        if nodes := self.nodes.list():
            node = self.rng.choice(nodes)
            self.nodes.remove(node)
            self.cache.update_node(node["metadata"]["name"])

    def new_pod(self) -> Object:
        """Return a pod of one of many templates."""
        rng = self.rng
        self._count += 1
        app = rng.choice(APPS)
        pod = make_pod(f"p{self._count}", {"app": app}, rng.choice(("default", "other")))
        container = {"name": "c", "image": rng.choice(("nginx", "redis")), "resources": {}}
        if rng.random() < 0.7:
            container["resources"] = {"requests": {"cpu": rng.choice(("100m", "500m")), "memory": "1Gi"}}
        if rng.random() < 0.2:
            container["ports"] = [{"containerPort": 80, "hostPort": 80}]
        pod["spec"] |= {"containers": [container], **self._restrict(app)}
        return pod

    def _restrict(self, app: str) -> Object:
        """Return some of what pods can ask of nodes and of each other."""
        rng = self.rng
        spec: Object = {"priority": rng.choice((0, 10))}
        chosen = {"labelSelector": {"matchLabels": {"app": rng.choice((app, *APPS))}}}
        if rng.random() < 0.2:
            spec["nodeSelector"] = {"disk": "ssd"}
        if rng.random() < 0.3:
            spec["tolerations"] = [{"key": "gpu", "operator": "Exists"}]
        if rng.random() < 0.3:
            action = rng.choice(("DoNotSchedule", "ScheduleAnyway"))
            constraint = {"maxSkew": rng.randint(1, 2), "topologyKey": rng.choice((ZONE, HOST)), "whenUnsatisfiable": action}
            policies = {"nodeTaintsPolicy": rng.choice(("Honor", "Ignore")), "minDomains": rng.randint(1, 3)}
            spec["topologySpreadConstraints"] = [{**constraint, **chosen, **policies}]
        if rng.random() < 0.4:
            term = {**chosen, "topologyKey": rng.choice((ZONE, HOST))}
            if rng.random() < 0.3:
                term["namespaceSelector"] = rng.choice(({}, {"matchLabels": {"team": "b"}}))
            required = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
            preferred = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 5, "podAffinityTerm": term}]}
            spec["affinity"] = {rng.choice(("podAffinity", "podAntiAffinity")): rng.choice((required, preferred))}
        if rng.random() < 0.2:
            spec["volumes"] = [{"name": "d", "gcePersistentDisk": {"pdName": rng.choice("ab")}}]
        return spec

    def _bind(self) -> None:
        pod = self.new_pod()
        pod["spec"]["nodeName"] = f"n{self.rng.randrange(7)}"
        self.pods.replace(pod)
        self.cache.update_pod(pod)

    def _end(self) -> None:
        if not (pods := self.pods.list()):
            return
        pod = self.rng.choice(pods)
        if self.rng.random() < 0.5:
            self.pods.remove(pod)
            self.cache.update_pod(pod, gone=True)
        else:
            self._replace({**pod, "status": {"phase": "Succeeded"}})

    def _relabel(self) -> None:
        if not (pods := self.pods.list()):
            return
        pod = self.rng.choice(pods)
        metadata = {**pod["metadata"], "labels": {"app": self.rng.choice(APPS)}}
        if self.rng.random() < 0.3:
            metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        self._replace({**pod, "metadata": metadata})

    def _replace(self, pod: Object) -> None:
        self.pods.replace(pod)
        self.cache.update_pod(pod)

    def _nominate(self) -> None:
        if self.rng.random() < 0.3:
            pod = self.new_pod()
            pod["status"] = {"nominatedNodeName": f"n{self.rng.randrange(6)}"}
            self.nominations.update(pod)

    def begin(self, pod: Object) -> Attempt:
        """Look at a pod as the scheduler does."""
        return Attempt(pod, self.around, self)  # type: ignore[arg-type]

    def list_fresh(self) -> list[NodeInfo]:
        """Sum up all nodes from the listers."""
        finished = ("Succeeded", "Failed")
        return [
            NodeInfo(
                n, [p for p in self.pods.by_node(n["metadata"]["name"]) if p.get("status", {}).get("phase") not in finished]
            )
            for n in self.nodes.list()
        ]

    def ask_all(self, pod: Object, node: str) -> str:
        """Return why a node does not take a pod: with those that are to come first, and without."""
        nodes = self.list_fresh()
        index = next(i for i, n in enumerate(nodes) if n.name == node)
        if nominated := self.nominations.list_before(pod, node):
            crowded = [*nodes]
            crowded[index] = nodes[index].with_pods([*nodes[index].pods, *nominated])
            if reason := self._filter(pod, crowded[index], crowded):
                return reason
        return self._filter(pod, nodes[index], nodes)

    def _filter(self, pod: Object, node: NodeInfo, nodes: list[NodeInfo]) -> str:
        for plugin in list_plugins("filter"):
            active, state = self._look(plugin, pod, nodes, nodes)
            if active and (reason := plugin.filter(pod, node, state)):
                return str(reason)
        return ""

    def _look(self, plugin: Any, pod: Object, nodes: list[NodeInfo], fitting: list[NodeInfo]) -> tuple[bool, Any]:
        if not hasattr(plugin, "prepare"):
            return True, None
        state = plugin.prepare(pod, self)
        if state is not None and hasattr(plugin, "count"):
            state = plugin.sum_up(state, Totals(plugin, state, nodes), fitting)
        return state is not None, state

    def score_all(self, pod: Object, names: list[str]) -> list[int]:
        """Return how good nodes are by all plugins."""
        nodes = self.list_fresh()
        fitting = [node for name in names for node in nodes if node.name == name]
        totals = [0] * len(fitting)
        for plugin in (*list_plugins("score"), *list_plugins("score_all")):
            active, state = self._look(plugin, pod, nodes, fitting)
            if not active:
                continue
            many = hasattr(plugin, "score_all")
            scores = plugin.score_all(pod, fitting, state) if many else [plugin.score(pod, n, state) for n in fitting]
            scores = plugin.normalize(scores, state) if hasattr(plugin, "normalize") else scores
            totals = [t + getattr(plugin, "WEIGHT", 1) * s for t, s in zip(totals, scores, strict=True)]
        return totals
