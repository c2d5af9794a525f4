"""Which pods would have to end for another, of higher priority, to fit on a node.

https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.scheduler.attempt import Attempt
from minikube_py.scheduler.node_info import NodeInfo

Object = dict[str, Any]
NO_VICTIMS = "No preemption victims found for incoming pod"


class Candidate(NamedTuple):
    """A node, the pods to end on it, the most important first, and how many of those a disruption budget forbids to."""

    node: str
    victims: list[Object]
    violations: int


def priority_of(pod: Object) -> int:
    """Return a pod's priority."""
    return int(pod["spec"].get("priority") or 0)


def started_at(pod: Object) -> str:
    """Return when a pod started; one that has not sorts as the last."""
    return (pod.get("status") or {}).get("startTime") or "9999"


def select_victims(attempt: Attempt, node: NodeInfo, budgets: Sequence[Object]) -> Candidate | str:
    """Return the fewest and least important pods to end on a node, or why that does not help."""
    wanted = priority_of(attempt.pod)
    possible = [pod for pod in node.pods if priority_of(pod) < wanted]
    if not possible:
        return NO_VICTIMS
    kept = [pod for pod in node.pods if priority_of(pod) >= wanted]
    nominated = attempt.list_nominated(node)
    reason = _refuse(attempt, node, kept, nominated)
    if reason:
        return reason
    possible.sort(key=lambda pod: (-priority_of(pod), started_at(pod)))
    violating = _find_violating(possible, budgets)
    victims = []
    violations = 0
    for pod in [*(p for p in possible if id(p) in violating), *(p for p in possible if id(p) not in violating)]:
        if _refuse(attempt, node, [*kept, pod], nominated):
            victims.append(pod)
            violations += id(pod) in violating
        else:
            kept.append(pod)
    victims.sort(key=lambda pod: (-priority_of(pod), started_at(pod)))
    return Candidate(node.name, victims, violations)


def _refuse(attempt: Attempt, node: NodeInfo, pods: list[Object], nominated: list[Object]) -> str:
    if nominated and (reason := attempt.refuse_as_if(node.with_pods([*pods, *nominated]), node)[0]):
        return reason
    return attempt.refuse_as_if(node.with_pods(pods), node)[0]


def _find_violating(pods: list[Object], budgets: Sequence[Object]) -> set[int]:
    """Return the ids of the pods that no budget would let go any more, once those before them are gone."""
    left = [(budget.get("status") or {}).get("disruptionsAllowed", 0) for budget in budgets]
    violating = set()
    for pod in pods:
        for number, budget in enumerate(budgets):
            if not _protects(budget, pod):
                continue
            left[number] -= 1
            if left[number] < 0:
                violating.add(id(pod))
    return violating


def _protects(budget: Object, pod: Object) -> bool:
    selector = selector_from_object((budget.get("spec") or {}).get("selector"))
    if budget["metadata"]["namespace"] != pod["metadata"]["namespace"] or not pod["metadata"].get("labels"):
        return False
    if selector.is_empty() or not selector.matches(pod["metadata"]["labels"]):
        return False
    return pod["metadata"]["name"] not in ((budget.get("status") or {}).get("disruptedPods") or {})


def choose_candidate(candidates: Sequence[Candidate]) -> Candidate:
    """Return the candidate that does the least harm: to budgets, to important pods, to pods in all, to old ones."""
    return min(candidates, key=lambda c: (_harm(c), _Latest(_oldest_important(c))))


def _harm(candidate: Candidate) -> tuple[int, int, int, int]:
    priorities = [priority_of(pod) for pod in candidate.victims]
    return candidate.violations, max(priorities), sum(p + 2**31 for p in priorities), len(priorities)


def _oldest_important(candidate: Candidate) -> str:
    highest = max(priority_of(pod) for pod in candidate.victims)
    return min(started_at(pod) for pod in candidate.victims if priority_of(pod) == highest)


class _Latest(str):
    """A time; the later one is the lesser."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)
