"""What the plugins that look at a node and its pods only say of each node: asked again only when that has changed."""

from __future__ import annotations

from collections import OrderedDict
from types import ModuleType
from typing import Any, NamedTuple

from minikube_py.scheduler.framework import NodeInfo, list_plugins
from minikube_py.scheduler.template import template_of

Object = dict[str, Any]
_REMEMBERED = 128
_NODE, _PODS = "node", "pods"


class Refusal(NamedTuple):
    """Why a node does not take a pod, whether ending other pods could help, and which plugin says so."""

    reason: str
    resolvable: bool
    plugin: str


class Verdict(NamedTuple):
    """What is said of a node; each part with the generation of the node that it is about. Scores are in the plugins' order."""

    generation: int
    refusal: Refusal | None
    scores: list[int]
    node_generation: int
    of_node: Refusal | None
    scores_of_node: list[int]


class Verdicts:
    """What is said of each node about all pods that ask for the same as one pod does."""

    def __init__(self, pod: Object) -> None:
        self._pod = pod
        self._rules = {p: p.prepare(pod, None) for p in list_plugins("prepare", _NODE, _PODS)}
        self._known: dict[str, Verdict] = {}
        self._filters = {scope: self._list_active("filter", scope) for scope in (_NODE, _PODS)}
        self._scorers = {scope: self._list_active("score", scope) for scope in (_NODE, _PODS)}
        self.scorers = [plugin for plugin, _ in (*self._scorers[_NODE], *self._scorers[_PODS])]
        named = {p.NAME: p.narrow(pod) for p in list_plugins("narrow")}
        self.narrowed = {plugin: names for plugin, names in named.items() if names is not None}

    def _list_active(self, function: str, scope: str) -> list[tuple[ModuleType, Any]]:
        plugins = [(plugin, self._rules.get(plugin)) for plugin in list_plugins(function, scope)]
        return [(plugin, rule) for plugin, rule in plugins if rule is not None or plugin not in self._rules]

    def of(self, node: NodeInfo) -> Verdict:
        """Return what is said of a node as it is now."""
        known = self._known.get(node.name)
        if known is None or known.generation != node.generation:
            known = self._known[node.name] = self._look(node, known)
        return known

    def _look(self, node: NodeInfo, before: Verdict | None) -> Verdict:
        if before is not None and before.node_generation == node.node_generation:
            refusal, scores = before.of_node, before.scores_of_node
        else:
            refusal, scores = self._run_filters(node, _NODE), self._score(node, _NODE)
        of_pods = refusal or self._run_filters(node, _PODS)
        of_all = scores if of_pods else [*scores, *self._score(node, _PODS)]
        return Verdict(node.generation, of_pods, of_all, node.node_generation, refusal, scores)

    def _run_filters(self, node: NodeInfo, scope: str) -> Refusal | None:
        for plugin, state in self._filters[scope]:
            if reason := plugin.filter(self._pod, node, state):
                return refuse(plugin, reason)
        return None

    def _score(self, node: NodeInfo, scope: str) -> list[int]:
        return [plugin.score(self._pod, node, state) for plugin, state in self._scorers[scope]]

    def judge(self, node: NodeInfo) -> Refusal | None:
        """Return why a node that is none of the cluster's, but might be, does not take the pod."""
        return self._run_filters(node, _NODE) or self._run_filters(node, _PODS)

    def normalize(self, verdicts: list[Verdict]) -> list[tuple[int, list[int]]]:
        """Return the nodes' scores by plugin, each with its weight."""
        found = []
        for index, plugin in enumerate(self.scorers):
            scores = [verdict.scores[index] for verdict in verdicts]
            if hasattr(plugin, "normalize"):
                scores = plugin.normalize(scores, self._rules.get(plugin))
            found.append((getattr(plugin, "WEIGHT", 1), scores))
        return found


def refuse(plugin: ModuleType, reason: str) -> Refusal:
    """Return the refusal of a plugin."""
    resolvable = getattr(plugin, "RESOLVABLE", False)
    return Refusal(reason, resolvable if isinstance(resolvable, bool) else reason in resolvable, plugin.NAME)


class VerdictCache:
    """Keeps the verdicts for the templates that were asked for last."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, Verdicts] = OrderedDict()

    def get(self, pod: Object) -> Verdicts:
        """Return what is said of the nodes about a pod."""
        key = template_of(pod)
        verdicts = self._verdicts.get(key)
        if verdicts is None:
            verdicts = self._verdicts[key] = Verdicts(pod)
            if len(self._verdicts) > _REMEMBERED:
                self._verdicts.popitem(last=False)
        else:
            self._verdicts.move_to_end(key)
        return verdicts
