"""What the plugins that look at a node and its pods only say of each node: asked again only when that has changed."""

from __future__ import annotations

from collections import OrderedDict
from types import ModuleType
from typing import Any, NamedTuple

from minikube_py.scheduler.cache import PODS, NodeCache
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
    """What is said of a node: by plugins that look at the node only, which holds until that has another generation, and by all.

    `raw` are the scores of the former, not normalized, `score` is the sum of the others'.
    """

    node_generation: int
    of_node: Refusal | None
    raw: list[int]
    refusal: Refusal | None
    score: int


class Verdicts:
    """What is said of each node about all pods that ask for the same as one pod does."""

    def __init__(self, pod: Object) -> None:
        self._pod = pod
        self._rules = {p: p.prepare(pod, None) for p in list_plugins("prepare", _NODE, _PODS)}
        self._known: dict[str, Verdict] = {}
        self._stale: dict[str, Verdict] = {}  # of nodes that changed since
        self._read_to = -1  # in the cache's journal
        self._filters = {scope: self._list_active("filter", scope) for scope in (_NODE, _PODS)}
        self._raw_scorers, self._scorers = (self._list_active("score", scope) for scope in (_NODE, _PODS))
        named = {p.NAME: p.narrow(pod) for p in list_plugins("narrow")}
        self.narrowed = {plugin: names for plugin, names in named.items() if names is not None}

    def _list_active(self, function: str, scope: str) -> list[tuple[ModuleType, Any]]:
        plugins = [(plugin, self._rules.get(plugin)) for plugin in list_plugins(function, scope)]
        return [(plugin, rule) for plugin, rule in plugins if rule is not None or plugin not in self._rules]

    def refresh(self, cache: NodeCache) -> None:
        """Hold what was said of nodes that changed for no longer true."""
        changed, self._read_to = cache.journals[PODS].read(self._read_to)
        for name in list(self._known) if changed is None else changed:
            if (verdict := self._known.pop(name, None)) is not None and cache.get(name) is not None:
                self._stale[name] = verdict

    def list_fitting(self, nodes: list[NodeInfo]) -> list[NodeInfo]:
        """Return those of the nodes that take the pod."""
        known = self._known
        for node in [node for node in nodes if node.name not in known]:
            known[node.name] = self._look(node)
        return [node for node in nodes if known[node.name].refusal is None]

    def refuse(self, node: NodeInfo) -> Refusal | None:
        """Return why a node does not take the pod, None where it does."""
        known = self._known.get(node.name)
        if known is None:
            known = self._known[node.name] = self._look(node)
        return known.refusal

    def _look(self, node: NodeInfo) -> Verdict:
        before = self._stale.pop(node.name, None)
        if before is not None and before.node_generation == node.node_generation:
            of_node, raw = before.of_node, before.raw
        else:
            of_node = self._run_filters(node, _NODE)
            raw = [plugin.score(self._pod, node, rule) for plugin, rule in self._raw_scorers]
        refusal = of_node or self._run_filters(node, _PODS)
        score = 0
        if refusal is None:
            for plugin, rule in self._scorers:
                score += plugin.WEIGHT * plugin.score(self._pod, node, rule)
        return Verdict(node.node_generation, of_node, raw, refusal, score)

    def _run_filters(self, node: NodeInfo, scope: str) -> Refusal | None:
        for plugin, state in self._filters[scope]:
            if reason := plugin.filter(self._pod, node, state):
                return refuse_by(plugin, reason)
        return None

    def judge(self, node: NodeInfo) -> Refusal | None:
        """Return why a node that is none of the cluster's, but might be, does not take the pod."""
        return self._run_filters(node, _NODE) or self._run_filters(node, _PODS)

    def score(self, nodes: list[NodeInfo]) -> list[int]:
        """Return how good nodes are that were just found to take the pod. What is the same for all is left out."""
        known = self._known
        verdicts = [known[node.name] for node in nodes]
        totals = [verdict.score for verdict in verdicts]
        for index, (plugin, rule) in enumerate(self._raw_scorers):
            add_scores(totals, plugin, [verdict.raw[index] for verdict in verdicts], rule)
        return totals


def add_scores(totals: list[int], plugin: ModuleType, scores: list[int], state: object) -> None:
    """Add a plugin's scores, normalized and weighed, unless they are all the same."""
    if scores.count(scores[0]) == len(scores):
        return
    if hasattr(plugin, "normalize"):
        scores = plugin.normalize(scores, state)
    weight = plugin.WEIGHT
    totals[:] = [total + weight * score for total, score in zip(totals, scores, strict=True)]


def refuse_by(plugin: ModuleType, reason: str) -> Refusal:
    """Return the refusal of a plugin."""
    resolvable = getattr(plugin, "RESOLVABLE", False)
    return Refusal(reason, resolvable if isinstance(resolvable, bool) else reason in resolvable, plugin.NAME)


class VerdictCache:
    """Keeps the verdicts for the templates that were asked for last."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, Verdicts] = OrderedDict()

    def get(self, pod: Object, cache: NodeCache) -> Verdicts:
        """Return what is said of the nodes about a pod."""
        key = template_of(pod)
        verdicts = self._verdicts.get(key)
        if verdicts is None:
            verdicts = Verdicts(pod)
            if verdicts.narrowed:
                return verdicts  # daemon pods: each names its own node, and hardly any is asked for again
            self._verdicts[key] = verdicts
            if len(self._verdicts) > _REMEMBERED:
                self._verdicts.popitem(last=False)
        else:
            self._verdicts.move_to_end(key)
        verdicts.refresh(cache)
        return verdicts
