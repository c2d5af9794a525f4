"""One look at one pod: which nodes all filters let through, and which of those is the best."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.diagnosis import Refusals
from minikube_py.scheduler.framework import NodeInfo, list_plugins

Object = dict[str, Any]
Nominated = Callable[[Object, str], list[Object]]  # the pods that are to go to a node before a pod may


class Attempt:
    """A pod and the nodes as they are. Raises Unschedulable where a plugin knows at once that no node can do."""

    def __init__(self, pod: Object, nodes: list[NodeInfo], context: Context, nominated: Nominated) -> None:
        self.pod, self.nodes, self._context, self._nominated = pod, nodes, context, nominated
        self._states = self._look(nodes)

    def _look(self, nodes: list[NodeInfo]) -> dict[str, Any]:
        return {p.NAME: p.pre_filter(self.pod, nodes, self._context) for p in list_plugins("pre_filter")}

    def find_fitting(self, refused: Refusals) -> list[NodeInfo]:
        """Return the nodes that all filters let through, and tell why the others do not."""
        narrowed = _narrow(self.pod)
        fitting = []
        for node in self.nodes:
            if narrowed and not all(node.name in names for names in narrowed.values()):
                refused.add(node.name, f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(narrowed))}]", resolvable=False)
                continue
            reason, resolvable = self.refuse(node)
            if reason:
                refused.add(node.name, reason, resolvable=resolvable)
            else:
                fitting.append(node)
        return fitting

    def refuse(self, node: NodeInfo) -> tuple[str, bool]:
        """Return why a node does not take the pod, and whether ending other pods could help; "": it does.

        It must do so with the pods that are to come to it first, and without them as well.
        """
        nominated = self._nominated(self.pod, node.name)
        if nominated:
            reason, resolvable = self.refuse_as_if(node.with_pods([*node.pods, *nominated]), node)
            if reason:
                return reason, resolvable
        return _run_filters(self.pod, node, self._states)

    def refuse_as_if(self, changed: NodeInfo, node: NodeInfo) -> tuple[str, bool]:
        """Return the same for a node on which other pods are than there are."""
        nodes = [changed if n is node else n for n in self.nodes]
        return _run_filters(self.pod, changed, self._look(nodes))

    def list_nominated(self, node: NodeInfo) -> list[Object]:
        """Return the pods that are to come to a node before this one may."""
        return self._nominated(self.pod, node.name)

    def choose(self, fitting: list[NodeInfo], rng: random.Random) -> NodeInfo:
        """Return the best of the nodes, any of them where several are."""
        if len(fitting) == 1:
            return fitting[0]
        totals = [0] * len(fitting)
        for plugin in list_plugins("score"):
            weight = getattr(plugin, "WEIGHT", 1)
            totals = [total + weight * s for total, s in zip(totals, self._score(plugin, fitting), strict=True)]
        best = max(totals)
        return rng.choice([n for n, total in zip(fitting, totals, strict=True) if total == best])

    def _score(self, plugin: ModuleType, fitting: list[NodeInfo]) -> list[int]:
        state = self._states.get(plugin.NAME)
        if hasattr(plugin, "pre_score"):
            state = plugin.pre_score(self.pod, self.nodes, fitting, self._context)
            if state is None:
                return [0] * len(fitting)
        scores = [plugin.score(self.pod, node, state) for node in fitting]
        return plugin.normalize(scores, state) if hasattr(plugin, "normalize") else scores

    def pre_bind(self, node: NodeInfo) -> bool:
        """Have ready on a node what the pod needs there; False: it is not yet."""
        return all(p.pre_bind(node, self._states.get(p.NAME), self._context) for p in list_plugins("pre_bind"))


def _run_filters(pod: Object, node: NodeInfo, states: dict[str, Any]) -> tuple[str, bool]:
    for plugin in list_plugins("filter"):
        if reason := plugin.filter(pod, node, states.get(plugin.NAME)):
            resolvable = getattr(plugin, "RESOLVABLE", False)
            return reason, resolvable if isinstance(resolvable, bool) else reason in resolvable
    return "", False


def _narrow(pod: Object) -> dict[str, set[str]]:
    """Return the plugins that let only some nodes come into question, with the names of those."""
    named = {p.NAME: p.narrow(pod) for p in list_plugins("narrow")}
    return {plugin: names for plugin, names in named.items() if names is not None}
