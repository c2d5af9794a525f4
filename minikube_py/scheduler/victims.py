"""Which pods would have to end for another, of higher priority, to fit on a node.

https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.scheduler.attempt import Attempt
from minikube_py.scheduler.node_info import NodeInfo
from minikube_py.scheduler.priority import priority_of, started_at

Object = dict[str, Any]
NO_VICTIMS = "No preemption victims found for incoming pod"


class Candidate(NamedTuple):
    """A node, the pods to end on it, the most important first, and how many of those a disruption budget forbids to."""

    node: str
    victims: list[Object]
    violations: int


def select_victims(attempt: Attempt, node: NodeInfo, budgets: Sequence[Object]) -> Candidate | str:
    """Return the fewest and least important pods to end on a node, or why that does not help."""
    wanted = priority_of(attempt.pod)
    if min(node.gather(_list_priority), default=wanted) >= wanted:
        return NO_VICTIMS
    possible = [pod for pod in node.pods if priority_of(pod) < wanted]
    trial = _Trial(attempt, node, [pod for pod in node.pods if priority_of(pod) >= wanted])
    if reason := trial.refuse():
        return reason
    possible.sort(key=lambda pod: (-priority_of(pod), started_at(pod)))
    violating = _find_violating(possible, budgets)
    victims = []
    violations = 0
    for pod in [*(p for p in possible if id(p) in violating), *(p for p in possible if id(p) not in violating)]:
        if not trial.can_keep(pod):
            victims.append(pod)
            violations += id(pod) in violating
    victims.sort(key=lambda pod: (-priority_of(pod), started_at(pod)))
    return Candidate(node.name, victims, violations)


def _list_priority(pod: Object) -> list[int]:
    return [priority_of(pod)]


class _Trial:
    """A node with some of its pods only, and the same with those that are to come to it first."""

    def __init__(self, attempt: Attempt, node: NodeInfo, kept: list[Object]) -> None:
        self._attempt = attempt
        nominated = attempt.list_nominated(node)
        self._nodes = [node.with_pods(kept)]
        if nominated:
            self._nodes.insert(0, node.with_pods([*kept, *nominated]))

    def refuse(self) -> str:
        """Return why the pod does not fit there, "" where it does."""
        refusals = (self._attempt.refuse_as_if(node) for node in self._nodes)
        return next((refusal.reason for refusal in refusals if refusal is not None), "")

    def can_keep(self, pod: Object) -> bool:
        """Keep one more pod if that leaves room; return whether it does."""
        for node in self._nodes:
            node.add(pod)
        if not self.refuse():
            return True
        for node in self._nodes:
            node.remove(pod["metadata"]["uid"])
        return False


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
