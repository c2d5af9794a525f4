"""One look at one pod: which nodes all filters let through, and which of those is the best. Upstream: pkg/scheduler/schedule_one.go."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.cache import NodeCache
from minikube_py.scheduler.diagnosis import Refusals
from minikube_py.scheduler.framework import NodeInfo, Unschedulable, list_plugins
from minikube_py.scheduler.nominations import Nominations
from minikube_py.scheduler.totals import Totals, TotalsCache
from minikube_py.scheduler.verdicts import Refusal, VerdictCache, add_scores, refuse_by

Object = dict[str, Any]
ENOUGH = 100  # of more nodes than that only some are looked at


class Surroundings:
    """What all attempts share: the nodes, what was said and counted of them, and with which node to begin."""

    def __init__(self, nodes: NodeCache, nominations: Nominations) -> None:
        self.nodes, self.nominations = nodes, nominations
        self.verdicts, self.totals = VerdictCache(), TotalsCache()
        self.start = 0


class Attempt:
    """A pod and the nodes as they are. Raises Unschedulable where a plugin knows at once that no node can do."""

    def __init__(self, pod: Object, around: Surroundings, context: Context) -> None:
        self.pod, self.nodes = pod, around.nodes.list()
        self._around, self._context = around, context
        self._verdicts = around.verdicts.get(pod, around.nodes)
        self._rules = self._prepare("filter")
        self._totals = self._sum_up(self._rules)
        self._filters = self._list_states(self._rules, self._totals, self.nodes)

    def _prepare(self, function: str) -> dict[ModuleType, Any]:
        """Read the pod for the plugins of scope cluster that filter, or score."""
        rules = {}
        for plugin in list_plugins(function, "cluster"):
            try:
                rule = plugin.prepare(self.pod, self._context)
            except Unschedulable as error:
                error.plugin = plugin.NAME
                raise
            if rule is not None:
                rules[plugin] = rule
        return rules

    def _sum_up(self, rules: dict[ModuleType, Any]) -> dict[ModuleType, Totals]:
        around = self._around
        return {p: around.totals.get(p, rule, around.nodes) for p, rule in rules.items() if hasattr(p, "count")}

    def _list_states(
        self, rules: dict[ModuleType, Any], totals: dict[ModuleType, Totals], nodes: list[NodeInfo]
    ) -> list[tuple[ModuleType, Any]]:
        """Return the plugins that have something to say, each with what it needs for that."""
        states = []
        for plugin, rule in rules.items():
            state = plugin.sum_up(rule, totals[plugin], nodes) if plugin in totals else rule
            if state is not None:
                states.append((plugin, state))
        return states

    def find_fitting(self, refused: Refusals) -> list[NodeInfo]:
        """Return nodes that all filters let through, and tell why others do not: all nodes are looked at where none does."""
        named = self._find_nominated()
        if named is not None and self.refuse(named) is None:
            return [named]
        around, nodes = self._around, self._list_candidates(refused)
        start = around.start % len(nodes) if nodes else 0
        wanted = count_enough(len(nodes))
        rotated = nodes[start:] + nodes[:start]
        fitting: list[NodeInfo] = []
        looked_at = 0
        while len(fitting) < wanted and looked_at < len(rotated):
            some = rotated[looked_at : looked_at + wanted - len(fitting)]
            looked_at += len(some)
            fitting += self._list_fitting(some)
        if fitting and not self._verdicts.narrowed:
            around.start = (start + looked_at) % len(nodes)
        if not fitting:
            refused.add_all((node.name, refusal) for node in nodes if (refusal := self.refuse(node)) is not None)
        return fitting

    def _list_fitting(self, nodes: list[NodeInfo]) -> list[NodeInfo]:
        if self._around.nominations.has_any():
            return [node for node in nodes if self.refuse(node) is None]
        fitting = self._verdicts.list_fitting(nodes)
        for plugin, state in self._filters:
            fitting = [node for node in fitting if not plugin.filter(self.pod, node, state)]
        return fitting

    def _find_nominated(self) -> NodeInfo | None:
        name = (self.pod.get("status") or {}).get("nominatedNodeName")
        return self._around.nodes.get(name) if name else None

    def _list_candidates(self, refused: Refusals) -> list[NodeInfo]:
        """Return the nodes that come into question: all, or those that the pod names."""
        narrowed = self._verdicts.narrowed
        if not narrowed:
            return self.nodes
        names = set.intersection(*narrowed.values())
        found = [node for name in sorted(names) if (node := self._around.nodes.get(name)) is not None]
        refused.add_others(len(self.nodes) - len(found), f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(narrowed))}]")
        refused.plugins.update(narrowed)
        return found

    def refuse(self, node: NodeInfo) -> Refusal | None:
        """Return why a node does not take the pod, None where it does.

        It must do so with the pods that are to come to it first, and without them as well.
        """
        nominated = self.list_nominated(node)
        if nominated and (refusal := self.refuse_as_if(node.with_pods([*node.pods, *nominated]))) is not None:
            return refusal
        if (refusal := self._verdicts.refuse(node)) is not None:
            return refusal
        for plugin, state in self._filters:
            if reason := plugin.filter(self.pod, node, state):
                return refuse_by(plugin, reason)
        return None

    def refuse_as_if(self, changed: NodeInfo) -> Refusal | None:
        """Return the same for a node on which other pods are than there are."""
        if (refusal := self._verdicts.judge(changed)) is not None:
            return refusal
        totals = {plugin: totals.with_node(changed) for plugin, totals in self._totals.items()}
        for plugin, state in self._list_states(self._rules, totals, self.nodes):
            if reason := plugin.filter(self.pod, changed, state):
                return refuse_by(plugin, reason)
        return None

    def list_nominated(self, node: NodeInfo) -> list[Object]:
        """Return the pods that are to come to a node before this one may."""
        return self._around.nominations.list_before(self.pod, node.name)

    def choose(self, fitting: list[NodeInfo], rng: random.Random) -> NodeInfo:
        """Return the best of the nodes, any of them where several are."""
        if len(fitting) == 1:
            return fitting[0]
        totals = self.score(fitting)
        best = max(totals)
        return rng.choice([n for n, total in zip(fitting, totals, strict=True) if total == best])

    def score(self, fitting: list[NodeInfo]) -> list[int]:
        """Return how good each of the nodes is. What is the same for all is left out."""
        totals = self._verdicts.score(fitting)
        rules = self._prepare("score_all")
        for plugin, state in self._list_states(rules, self._sum_up(rules), fitting):
            add_scores(totals, plugin, plugin.score_all(self.pod, fitting, state), state)
        return totals

    def pre_bind(self, node: NodeInfo) -> bool:
        """Have ready on a node what the pod needs there; False: it is not yet."""
        plugins = [plugin for plugin in list_plugins("pre_bind") if plugin in self._rules]
        return all(plugin.pre_bind(node, self._rules[plugin], self._context) for plugin in plugins)


def count_enough(nodes: int) -> int:
    """Return how many fitting nodes are enough to choose from: the share falls from a half to a twentieth as clusters grow."""
    if nodes < ENOUGH:
        return nodes
    return max(ENOUGH, nodes * max(5, 50 - nodes // 125) // 100)
