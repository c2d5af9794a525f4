"""NodeAffinity: nodeSelector and node affinity, required and preferred.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.node_affinity import list_named_nodes, matches_node, matches_term, node_affinity_of
from minikube_py.scheduler.event import NODE, Event
from minikube_py.scheduler.framework import NodeInfo, scale_scores

Object = dict[str, Any]
NAME = "NodeAffinity"
SCOPE = "node"
WEIGHT = 2
REASON = "node(s) didn't match Pod's node affinity/selector"


def narrow(pod: Object) -> set[str] | None:
    """Return the nodes that the pod names, as those of daemon sets do, None where it names none."""
    return list_named_nodes(pod["spec"])


def prepare(pod: Object, context: object) -> bool | None:
    """Return whether the pod says anything of nodes, None where it does not."""
    return bool(pod["spec"].get("nodeSelector") or node_affinity_of(pod["spec"])) or None


def filter(pod: Object, node: NodeInfo, state: object) -> str:
    """Refuse nodes that the selector or the required terms do not match."""
    return "" if matches_node(pod["spec"], node.node) else REASON


def score(pod: Object, node: NodeInfo, state: object) -> int:
    """Prefer nodes by the weights of the preferred terms that they match."""
    preferred = node_affinity_of(pod["spec"]).get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    return sum(t["weight"] for t in preferred if matches_term(t["preference"], node.node))


def normalize(scores: list[int], state: object) -> list[int]:
    """Give the node that matches best 100."""
    return scale_scores(scores)


def wakes(pod: Object, event: Event) -> bool:
    """Return whether a node came that the pod may go to, or became one."""
    if event.what != NODE or event.after is None:
        return False
    return matches_node(pod["spec"], event.after) and not (event.before and matches_node(pod["spec"], event.before))
