"""ImageLocality: nodes that have a pod's images already are a little better, the larger these are."""

from __future__ import annotations

from typing import Any

from minikube_py.client.reconcile import Context
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo

Object = dict[str, Any]
NAME = "ImageLocality"
LEAST = 23 * 1024 * 1024  # smaller images do not count
MOST_PER_CONTAINER = 1000 * 1024 * 1024


class State(dict[str, int]):
    """What each image of the pod is worth on a node that has it; `containers` is how many there are."""

    containers = 1


def pre_score(pod: Object, nodes: list[NodeInfo], fitting: list[NodeInfo], context: Context | None) -> State | None:
    """Return what the pod's images are worth, None where no node has any."""
    spec = pod["spec"]
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    wanted = {_normalize(c.get("image") or "") for c in containers}
    worth = State()
    worth.containers = max(1, len(containers))
    for node in nodes:
        for image in (node.node.get("status") or {}).get("images") or ():
            for name in wanted.intersection(image.get("names") or ()):
                worth[name] = worth.get(name, 0) + int(image.get("sizeBytes") or 0)
    for name in worth:
        worth[name] //= len(nodes)  # an image that is on few nodes draws less: else all pods would heap up there
    return worth or None


def score(pod: Object, node: NodeInfo, state: State) -> int:
    """Prefer nodes by the images they have."""
    here = {name for image in (node.node.get("status") or {}).get("images") or () for name in image.get("names") or ()}
    total = sum(worth for name, worth in state.items() if name in here)
    most = MOST_PER_CONTAINER * state.containers
    return MAX_SCORE * (max(LEAST, min(total, most)) - LEAST) // (most - LEAST)


def _normalize(image: str) -> str:
    return image if ":" in image.rpartition("/")[2] else image + ":latest"
