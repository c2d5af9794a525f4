"""What a scheduling plugin is: a module with NAME, SCOPE and some of the functions below. All are pure but `pre_bind`.

    SCOPE = "node" | "pods" | "cluster"  how far filter and score look: at the node, at its pods as well, at anything. What the first two
                                         say is kept until the node, or its pods, change; for pods that ask for the same (template.py)
    prepare(pod, context) -> rule        reads what the pod asks for, and the caches (SCOPE cluster only); None: the plugin is left out;
                                         raises Unschedulable where no node can do
    narrow(pod) -> set[str] | None       the only nodes that come into question, by name; None: all
    count(node, rule) -> {key: number}   what a node adds to the cluster's totals, by the rule (which can be hashed) and the node alone
    choose_journal(rule) -> name         with `count`: the changes after which a node is to be counted again (cache.py); without it all
    sum_up(rule, totals, nodes) -> state with `count`: what filter or score need of the totals; `nodes` are those still in question;
                                         None: the plugin is left out. Without it the rule is the state
    filter(pod, node, state) -> str      "" where the pod may go to the node, else the reasons, as FailedScheduling counts them
    RESOLVABLE = True                    where ending other pods could make the filter pass; or the reasons of which that is true
    score(pod, node, state) -> int       higher is better; WEIGHT multiplies it. From 0 to 100 in SCOPE pods, normalized in SCOPE node
    score_all(pod, nodes, state)         the same of many nodes at once, in SCOPE cluster
    normalize(scores, state) -> scores   brings all nodes' scores to 0 to 100 where they are not
    pre_bind(node, rule, context)        prepares what the pod needs on the chosen node; False: not ready, look again when things change
    wakes(pod, event) -> bool            whether a pod that the filter refused should be looked at again (event.py)

https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from minikube_py.scheduler.node_info import NodeInfo, Object

__all__ = [
    "MAX_SCORE",
    "PLUGINS",
    "NodeInfo",
    "Object",
    "Unschedulable",
    "find_plugins",
    "list_plugins",
    "load_plugins",
    "scale_scores",
]

MAX_SCORE = 100

PLUGINS = (  # filters in the order they run: those of a wider scope never before those of a narrower
    "node_unschedulable",
    "node_name",
    "taint_toleration",
    "node_affinity",
    "node_ports",
    "node_resources",
    "node_resources_balance",
    "volume_restrictions",
    "node_volume_limits",
    "volume_binding",
    "volume_zone",
    "pod_topology_spread",
    "pod_topology_spread_score",
    "inter_pod_affinity",
    "inter_pod_preference",
    "image_locality",
)


class Unschedulable(Exception):
    """No node can take a pod, for a reason that lies in none of them. `plugin` says so."""

    plugin = ""


@cache
def load_plugins() -> tuple[ModuleType, ...]:
    """Import the plugins, in the order their filters run."""
    return tuple(import_module(f"minikube_py.scheduler.plugins.{name}") for name in PLUGINS)


@cache
def list_plugins(function: str, *scopes: str) -> tuple[ModuleType, ...]:
    """Return the plugins that have a function, those of some scopes or of all."""
    return tuple(p for p in load_plugins() if hasattr(p, function) and (not scopes or p.SCOPE in scopes))


@cache
def find_plugins(name: str, function: str) -> tuple[ModuleType, ...]:
    """Return the plugins of a name that have a function."""
    return tuple(plugin for plugin in list_plugins(function) if name == plugin.NAME)


def scale_scores(scores: list[int], *, reverse: bool = False) -> list[int]:
    """Return scores so that the highest is 100, the others in proportion; `reverse`: the lowest is the best."""
    highest = max(scores, default=0)
    if highest == 0:
        return [MAX_SCORE] * len(scores) if reverse else scores
    scaled = [MAX_SCORE * score // highest for score in scores]
    return [MAX_SCORE - score for score in scaled] if reverse else scaled
