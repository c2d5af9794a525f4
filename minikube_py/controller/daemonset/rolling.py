"""How a daemon set goes over to a new template: old pods go first, or new ones come first. Pure.

https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.controller.daemonset.view import View

Object = dict[str, Any]


class Roll(NamedTuple):
    """The pods to delete now, and the nodes that get another pod besides their old one."""

    delete: list[Object]
    create: list[str]


class Pair(NamedTuple):
    """The new and the old pod of a node, as far as there are some; `is_clear` is false where there are several of a sort."""

    new: Object | None
    old: Object | None
    is_clear: bool = True


def roll(view: View) -> Roll:
    """Return the next step of a rolling update."""
    nodes = sorted({*view.pods, *view.wanted})
    pairs = {node: find_pair(view, view.pods.get(node) or []) for node in nodes}
    return _surge(view, pairs) if view.max_surge else _replace(view, pairs)


def find_pair(view: View, pods: list[Object]) -> Pair:
    """Return the new and the old pod among those of one node that are not on their way out."""
    staying = [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]
    new = [pod for pod in staying if view.is_updated(pod)]
    old = [pod for pod in staying if not view.is_updated(pod)]
    if len(new) > 1 or len(old) > 1:
        return Pair(None, None, False)
    return Pair(new[0] if new else None, old[0] if old else None)


def _replace(view: View, pairs: dict[str, Pair]) -> Roll:
    """Delete old pods: all that are not available, and as many available ones as may be missing."""
    unavailable, replaced, candidates = 0, [], []
    for pair in pairs.values():
        if pair.new is not None and pair.old is None:
            unavailable += not view.is_available(pair.new)
        elif pair.old is None or pair.new is not None:  # placing sees to this node
            unavailable += 1
        elif not view.is_available(pair.old):
            replaced.append(pair.old)
            unavailable += 1
        else:
            candidates.append(pair.old)
    return Roll(replaced + candidates[: max(0, view.max_unavailable - unavailable)], [])


def _surge(view: View, pairs: dict[str, Pair]) -> Roll:
    """Make new pods beside the old ones, as many as may surge; an old one goes when the new one is available."""
    delete: list[Object] = []
    stranded: list[Object] = []
    create: list[str] = []
    candidates: list[str] = []
    surging = sum(not pair.is_clear for pair in pairs.values())
    available = sum(view.is_available(pod) for pair in pairs.values() if (pod := pair.old or pair.new) is not None)
    for node, pair in pairs.items():
        if pair.old is None:
            continue
        if pair.new is not None:
            if view.is_available(pair.new):
                delete.append(pair.old)
            else:
                surging += 1
        elif not (fit := view.fits.get(node)) or not fit.should_run:
            (stranded if view.is_available(pair.old) else delete).append(pair.old)
        else:
            (candidates if view.is_available(pair.old) else create).append(node)
    spare = max(0, available - len(view.wanted))
    return Roll(delete + stranded[:spare], create + candidates[: max(0, view.max_surge - surging)])
