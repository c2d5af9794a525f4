"""What a scheduling plugin is: a module with NAME and some of the functions below. All are pure but `pre_bind`.

    pre_filter(pod, nodes, context) -> state  looks once at the pod, all nodes and the caches; raises Unschedulable where none can do
    narrow(pod) -> set[str] | None            the only nodes that come into question, by name; None: all
    filter(pod, node, state) -> str           "" where the pod may go to the node, else the reasons, as FailedScheduling counts them
    RESOLVABLE = True                         where ending other pods could make the filter pass; or the reasons of which that is true
    pre_score(pod, nodes, fitting, context) -> state   looks once before scoring; None: nothing to score. Without it filter's state is it
    score(pod, node, state) -> int            higher is better; WEIGHT multiplies it
    normalize(scores, state) -> scores        brings all nodes' scores to 0 to 100 where they are not
    pre_bind(node, state, context)            prepares what the pod needs on the chosen node; False: not ready, look again when things change

https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from minikube_py.scheduler.node_info import NodeInfo, Object

__all__ = ["MAX_SCORE", "PLUGINS", "NodeInfo", "Object", "Unschedulable", "list_plugins", "load_plugins", "scale_scores"]

MAX_SCORE = 100

PLUGINS = (
    "node_unschedulable",
    "node_name",
    "taint_toleration",
    "node_affinity",
    "node_ports",
    "node_resources",
    "volume_restrictions",
    "volume_binding",
    "volume_zone",
    "pod_topology_spread",
    "inter_pod_affinity",
    "image_locality",
)


class Unschedulable(Exception):
    """No node can take a pod, for a reason that lies in none of them."""


@cache
def load_plugins() -> tuple[ModuleType, ...]:
    """Import the plugins, in the order their filters run."""
    return tuple(import_module(f"minikube_py.scheduler.plugins.{name}") for name in PLUGINS)


@cache
def list_plugins(function: str) -> tuple[ModuleType, ...]:
    """Return the plugins that have a function."""
    return tuple(plugin for plugin in load_plugins() if hasattr(plugin, function))


def scale_scores(scores: list[int], *, reverse: bool = False) -> list[int]:
    """Return scores so that the highest is 100, the others in proportion; `reverse`: the lowest is the best."""
    highest = max(scores, default=0)
    if highest == 0:
        return [MAX_SCORE if reverse else score for score in scores]
    scaled = [MAX_SCORE * score // highest for score in scores]
    return [MAX_SCORE - score for score in scaled] if reverse else scaled
