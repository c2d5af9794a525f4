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
    """What is said of a node; each part with the generation of the node that it is about.

    `score` is the sum of those that are not normalized, `raw` are the others, in the plugins' order.
    """

    generation: int
    refusal: Refusal | None
    score: int
    raw: list[int]
    node_generation: int
    of_node: Refusal | None


class Verdicts:
    """What is said of each node about all pods that ask for the same as one pod does."""

    def __init__(self, pod: Object) -> None:
        self._pod = pod
        self._rules = {p: p.prepare(pod, None) for p in list_plugins("prepare", _NODE, _PODS)}
        self._known: dict[str, Verdict] = {}
        self._filters = {scope: self._list_active("filter", scope) for scope in (_NODE, _PODS)}
        self._scorers = [*self._list_active("score", _NODE), *self._list_active("score", _PODS)]
        self._raw = [(plugin, rule) for plugin, rule in self._scorers if hasattr(plugin, "normalize")]
        named = {p.NAME: p.narrow(pod) for p in list_plugins("narrow")}
        self.narrowed = {plugin: names for plugin, names in named.items() if names is not None}

    def _list_active(self, function: str, scope: str) -> list[tuple[ModuleType, Any]]:
        plugins = [(plugin, self._rules.get(plugin)) for plugin in list_plugins(function, scope)]
        return [(plugin, rule) for plugin, rule in plugins if rule is not None or plugin not in self._rules]

    def refuse(self, node: NodeInfo) -> Refusal | None:
        """Return why a node, as it is now, does not take the pod, None where it does."""
        known = self._known.get(node.name)
        if known is None or known.generation != node.generation:
            known = self._known[node.name] = self._look(node, known)
        return known.refusal

    def _look(self, node: NodeInfo, before: Verdict | None) -> Verdict:
        if before is not None and before.node_generation == node.node_generation:
            of_node = before.of_node
        else:
            of_node = self._run_filters(node, _NODE)
        refusal = of_node or self._run_filters(node, _PODS)
        score, raw = (0, []) if refusal else self._score(node)
        return Verdict(node.generation, refusal, score, raw, node.node_generation, of_node)

    def _run_filters(self, node: NodeInfo, scope: str) -> Refusal | None:
        for plugin, state in self._filters[scope]:
            if reason := plugin.filter(self._pod, node, state):
                return refuse_by(plugin, reason)
        return None

    def _score(self, node: NodeInfo) -> tuple[int, list[int]]:
        score = 0
        raw = []
        for plugin, rule in self._scorers:
            each = plugin.score(self._pod, node, rule)
            if hasattr(plugin, "normalize"):
                raw.append(each)
            else:
                score += getattr(plugin, "WEIGHT", 1) * each
        return score, raw

    def judge(self, node: NodeInfo) -> Refusal | None:
        """Return why a node that is none of the cluster's, but might be, does not take the pod."""
        return self._run_filters(node, _NODE) or self._run_filters(node, _PODS)

    def score(self, nodes: list[NodeInfo]) -> list[int]:
        """Return how good nodes are that were just found to take the pod. What is the same for all is left out."""
        known = self._known
        verdicts = [known[node.name] for node in nodes]
        totals = [verdict.score for verdict in verdicts]
        for index, (plugin, rule) in enumerate(self._raw):
            add_scores(totals, plugin, [verdict.raw[index] for verdict in verdicts], rule)
        return totals


def add_scores(totals: list[int], plugin: ModuleType, scores: list[int], state: object) -> None:
    """Add a plugin's scores, normalized and weighed, unless they are all the same."""
    if scores.count(scores[0]) == len(scores):
        return
    if hasattr(plugin, "normalize"):
        scores = plugin.normalize(scores, state)
    weight = getattr(plugin, "WEIGHT", 1)
    totals[:] = [total + weight * score for total, score in zip(totals, scores, strict=True)]


def refuse_by(plugin: ModuleType, reason: str) -> Refusal:
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
