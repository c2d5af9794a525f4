"""What the nodes add up to, for plugins that look at the whole cluster: a node is counted again only when it has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from types import ModuleType
from typing import Any

from minikube_py.scheduler.cache import PODS, NodeCache
from minikube_py.scheduler.node_info import NodeInfo

_NOTHING: dict[Any, int] = {}
_REMEMBERED = 128


class Totals(dict[Any, int]):
    """The sum of what nodes count by a plugin's rule; what adds up to nothing is not in it."""

    def __init__(self, plugin: ModuleType, rule: Hashable, nodes: Iterable[NodeInfo] = ()) -> None:
        super().__init__()
        self._plugin, self._rule = plugin, rule
        self._counted: dict[str, Mapping[Any, int]] = {}  # what each node counts
        self._journal: str = plugin.choose_journal(rule) if hasattr(plugin, "choose_journal") else PODS
        self._read_to = -1
        for node in nodes:
            self._recount(node.name, node)

    @property
    def nodes(self) -> int:
        """How many nodes are counted."""
        return len(self._counted)

    def refresh(self, cache: NodeCache) -> None:
        """Make this the totals of the nodes as they are now."""
        changed, self._read_to = cache.journals[self._journal].read(self._read_to)
        for name in self._counted.keys() | {node.name for node in cache.list()} if changed is None else changed:
            self._recount(name, cache.get(name))

    def _recount(self, name: str, node: NodeInfo | None) -> None:
        before = self._counted.get(name, _NOTHING)
        if node is None:
            now = self._counted.pop(name, _NOTHING) and _NOTHING
        else:
            now = self._counted[name] = self._plugin.count(node, self._rule) or _NOTHING
        if now != before:
            self._add(before, -1)
            self._add(now, 1)

    def _add(self, counts: Mapping[Any, int], sign: int) -> None:
        for key, number in counts.items():
            total = self.get(key, 0) + sign * number
            if total:
                self[key] = total
            else:
                self.pop(key, None)

    def with_node(self, changed: NodeInfo) -> Totals:
        """Return what the totals would be if the node of that name were as `changed` is."""
        other = Totals(self._plugin, self._rule)
        other.update(self)
        other._counted = {**self._counted}
        other._recount(changed.name, changed)
        return other


class TotalsCache:
    """Keeps the totals of the rules that were asked for last."""

    def __init__(self) -> None:
        self._totals: OrderedDict[tuple[str, Hashable], Totals] = OrderedDict()

    def get(self, plugin: ModuleType, rule: Hashable, nodes: NodeCache) -> Totals:
        """Return the totals of a plugin's rule over the nodes."""
        key = (plugin.__name__, rule)
        totals = self._totals.get(key)
        if totals is None:
            totals = self._totals[key] = Totals(plugin, rule)
            if len(self._totals) > _REMEMBERED:
                self._totals.popitem(last=False)
        else:
            self._totals.move_to_end(key)
        totals.refresh(nodes)
        return totals
