"""ImageLocality: nodes that have a pod's images already are a little better, the larger these are."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.scheduler.cache import NODES
from minikube_py.scheduler.framework import MAX_SCORE, NodeInfo
from minikube_py.scheduler.totals import Totals

Object = dict[str, Any]
NAME = "ImageLocality"
SCOPE = "cluster"
WEIGHT = 1
LEAST = 23 * 1024 * 1024  # smaller images do not count
MOST_PER_CONTAINER = 1000 * 1024 * 1024


class Rule(NamedTuple):
    """The images of a pod's containers, and how many of those there are."""

    images: tuple[str, ...]
    containers: int


class State(NamedTuple):
    """What each container is worth on a node that has its image, and the most that counts."""

    worth: list[tuple[str, int]]
    most: int


def prepare(pod: Object, context: object) -> Rule:
    """Return which images the pod needs."""
    spec = pod["spec"]
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    images = [container.get("image") for container in containers]
    images += [volume["image"].get("reference") for volume in spec.get("volumes") or () if volume.get("image")]
    return Rule(tuple(_normalize(image or "") for image in images), max(1, len(containers)))


def count(node: NodeInfo, rule: Rule) -> dict[str, int]:
    """Return the images that a node has, with their sizes."""
    return {name: node.images[name] for name in rule.images if name in node.images}


def choose_journal(rule: Rule) -> str:
    """Count nodes again only when they say something new."""
    return NODES


def sum_up(rule: Rule, totals: Totals, nodes: list[NodeInfo]) -> State | None:
    """Return what the images are worth, None where no node has any; one that few nodes have draws less, lest all pods heap up there."""
    worth = [(name, totals[name] // totals.nodes) for name in rule.images if totals.get(name)]
    return State(worth, MOST_PER_CONTAINER * rule.containers) if worth else None


def score_all(pod: Object, nodes: list[NodeInfo], state: State) -> list[int]:
    """Prefer nodes by the images they have."""
    return [_score(sum(worth for name, worth in state.worth if name in n.images), state.most) for n in nodes]


def _score(total: int, most: int) -> int:
    return MAX_SCORE * (max(LEAST, min(total, most)) - LEAST) // (most - LEAST)


def _normalize(image: str) -> str:
    return image if ":" in image.rpartition("/")[2] else image + ":latest"
