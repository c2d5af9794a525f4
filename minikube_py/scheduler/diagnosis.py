"""Why no node can take a pod, in the words of FailedScheduling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minikube_py.scheduler.verdicts import Refusal

NOT_HELPFUL = "Preemption is not helpful for scheduling"


class Refusals:
    """Why nodes refused a pod: each reason with its count, and the names of the nodes that could be won by ending other pods.

    `whole` is a reason that lies in no node; `nodes` is how many nodes there are, `plugins` who refused.
    """

    def __init__(self, nodes: int = 0, whole: str = "") -> None:
        self.nodes, self.whole = nodes, whole
        self.reasons: Counter[str] = Counter()
        self.resolvable: set[str] = set()
        self.plugins: set[str] = set()

    def add_all(self, refusals: Iterable[tuple[str, Refusal]]) -> None:
        """Count nodes with their refusals; several reasons are separated by newlines."""
        for node, refusal in refusals:
            for reason in refusal.reason.split("\n"):
                self.reasons[reason] += 1
            self.plugins.add(refusal.plugin)
            if refusal.resolvable:
                self.resolvable.add(node)

    def add_others(self, nodes: int, reason: str) -> None:
        """Count nodes that did not come into question."""
        if nodes:
            self.reasons[reason] += nodes

    def explain(self, preemption: str = "") -> str:
        """Return the message of FailedScheduling; `preemption` says why that did not help either, "" where it did."""
        if not self.nodes:
            return "no nodes available to schedule pods"
        reasons = self.whole or list_reasons(self.reasons)
        text = f"0/{self.nodes} nodes are available: {reasons}."
        return f"{text} preemption: {preemption}" if preemption else text


def list_reasons(reasons: Counter[str]) -> str:
    """Return reasons with their counts, as text sorts them."""
    return ", ".join(sorted(f"{count} {reason}" for reason, count in reasons.items()))


def explain_preemption(nodes: int, reasons: Iterable[str]) -> str:
    """Return why preemption helps on no node; `reasons` are those of the nodes that were looked at."""
    counts: Counter[str] = Counter()
    looked_at = 0
    for reason in reasons:
        counts.update(reason.split("\n"))
        looked_at += 1
    if looked_at < nodes:
        counts[NOT_HELPFUL] += nodes - looked_at
    return f"0/{nodes} nodes are available: {list_reasons(counts)}."
