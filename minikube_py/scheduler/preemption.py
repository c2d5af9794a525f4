"""Makes room for a pod by ending pods of lower priority. Upstream: pkg/scheduler/framework/preemption.

https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#preemption
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound
from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import POD_DISRUPTION_BUDGETS, PODS
from minikube_py.client.series_events import SeriesRecorder
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.scheduler.attempt import Attempt
from minikube_py.scheduler.diagnosis import Refusals, explain_preemption
from minikube_py.scheduler.nominations import Nominations
from minikube_py.scheduler.priority import priority_of
from minikube_py.scheduler.victims import Candidate, choose_candidate, select_victims

Object = dict[str, Any]
REASON = "PreemptionByScheduler"
LEAST_CANDIDATES = 100


class Outcome(NamedTuple):
    """What came of it: the node the pod is to go to (None: leave that as it is), and why nothing did."""

    nominated: str | None
    why: str


class Preemption:
    """Ends pods for the sake of others."""

    def __init__(self, context: Context, recorder: SeriesRecorder, nominations: Nominations) -> None:
        self._context, self._recorder, self._nominations = context, recorder, nominations
        self._budgets = context.lister(POD_DISRUPTION_BUDGETS)

    def run(self, attempt: Attempt | None, pod: Object, refused: Refusals) -> Outcome:
        """End what has to end for a pod that fits nowhere; `attempt` is None where no node can do anyway. Raises StatusError."""
        if pod["spec"].get("preemptionPolicy") == "Never":
            return Outcome(None, "not eligible due to preemptionPolicy=Never.")
        if attempt is None:
            return Outcome("", explain_preemption(refused.nodes, ()))
        if self._waits_for_victims(attempt, pod, refused):
            return Outcome(None, "not eligible due to a terminating pod on the nominated node.")
        candidates, reasons = self._find_candidates(attempt, refused)
        if not candidates:
            return Outcome("", explain_preemption(refused.nodes, reasons))
        chosen = choose_candidate(candidates)
        for victim in chosen.victims:
            self._end(victim, pod, chosen.node)
        self._withdraw_lower(pod, chosen.node)
        return Outcome(chosen.node, "")

    def _find_candidates(self, attempt: Attempt, refused: Refusals) -> tuple[list[Candidate], list[str]]:
        """Return nodes with whom to end there, and why others do not help; in large clusters only some, from any place on."""
        nodes = [node for node in attempt.nodes if node.name in refused.resolvable]
        enough = max(LEAST_CANDIDATES, len(nodes) // 10)
        start = self._context.rng.randrange(len(nodes)) if len(nodes) > enough else 0
        budgets = self._budgets.list()
        candidates: list[Candidate] = []
        reasons = []
        for node in nodes[start:] + nodes[:start]:
            found = select_victims(attempt, node, budgets)
            if isinstance(found, str):
                reasons.append(found)
                continue
            candidates.append(found)
            if len(candidates) >= enough and not all(each.violations for each in candidates):
                break
        return candidates, reasons

    def _waits_for_victims(self, attempt: Attempt, pod: Object, refused: Refusals) -> bool:
        """Return whether pods that were ended for this one are not gone yet."""
        name = (pod.get("status") or {}).get("nominatedNodeName")
        if not name or name not in refused.resolvable:
            return False
        node = next(node for node in attempt.nodes if node.name == name)
        return any(priority_of(p) < priority_of(pod) and _is_victim(p) for p in node.pods)

    def _end(self, victim: Object, preemptor: Object, node: str) -> None:
        metadata = victim["metadata"]
        if metadata.get("deletionTimestamp"):
            return
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": REASON,
            "message": f"{preemptor['spec']['schedulerName']}: preempting to accommodate a higher priority pod",
            "lastTransitionTime": format_rfc3339(self._context.clock.now()),
        }
        name, namespace, client = metadata["name"], metadata["namespace"], self._context.client
        try:
            client.patch(PODS, name, {"status": {"conditions": [condition]}}, namespace, subresource="status")
            client.delete(PODS, name, namespace)
        except NotFound:
            return
        message = f"Preempted by pod {preemptor['metadata']['uid']} on node {node}"
        self._recorder.event(victim, "Normal", "Preempted", "Preempting", message, preemptor)

    def _withdraw_lower(self, pod: Object, node: str) -> None:
        """Let pods of lower priority that were to go to the node look for another."""
        for other in self._nominations.of_node(node):
            if priority_of(other) < priority_of(pod):
                metadata = other["metadata"]
                body = {"status": {"nominatedNodeName": None}}
                self._context.client.patch(PODS, metadata["name"], body, metadata["namespace"], subresource="status")


def _is_victim(pod: Object) -> bool:
    condition = find_condition((pod.get("status") or {}).get("conditions") or (), "DisruptionTarget")
    if not pod["metadata"].get("deletionTimestamp") or condition is None:
        return False
    return bool(condition["status"] == "True" and condition.get("reason") == REASON)
