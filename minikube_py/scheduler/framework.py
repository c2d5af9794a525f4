"""What a scheduling plugin is: a module with NAME and some of the functions below. All are pure but those that take a context.

    pre_filter(pod, nodes) -> state      looks once at the pod and all nodes; the state is handed to the others
    look_up(pod, context) -> state       or looks into the caches instead; raises Unschedulable where no node can do
    narrow(pod) -> set[str] | None       the only nodes that come into question, by name; None: all
    filter(pod, node, state) -> str      "" where the pod may go to the node, else the reason, as FailedScheduling counts it
    RESOLVABLE = True                    where ending other pods could make the filter pass
    score(pod, node, state) -> int       0 to 100, higher is better; WEIGHT multiplies it
    pre_bind(node, state, context)       prepares what the pod needs on the chosen node; False: not ready, look again when things change

https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

Object = dict[str, Any]
MAX_SCORE = 100

PLUGINS = (
    "node_unschedulable",
    "node_name",
    "taint_toleration",
    "node_affinity",
    "node_ports",
    "node_resources",
    "volume_binding",
)


class Unschedulable(Exception):
    """No node can take a pod, for a reason that lies in none of them."""


class NodeInfo(NamedTuple):
    """A node with what stands on it. Requests are in milli-units (cpu) and units; `pods` are those bound to it and not finished."""

    node: Object
    pods: list[Object]
    allocatable: dict[str, int]
    requested: dict[str, int]

    @property
    def name(self) -> str:
        """The node's name."""
        return str(self.node["metadata"]["name"])

    @property
    def labels(self) -> dict[str, str]:
        """The node's labels."""
        return self.node["metadata"].get("labels") or {}


@cache
def load_plugins() -> tuple[ModuleType, ...]:
    """Import the plugins, in the order their filters run."""
    return tuple(import_module(f"minikube_py.scheduler.plugins.{name}") for name in PLUGINS)
