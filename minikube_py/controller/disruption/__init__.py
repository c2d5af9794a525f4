"""disruption-controller: keeps the counts in the status of pod disruption budgets. Upstream: pkg/controller/disruption.

What may go is judged by the eviction subresource, from these counts. `counts` reckons; it is pure but for the scales it asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import controller_of, deep_copy
from minikube_py.apis.go_literals import tell_label_selector
from minikube_py.client.disruption_budgets import SYNC_FAILED, find_budgets, put_condition, selects, set_allowed_condition
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import POD_DISRUPTION_BUDGETS, PODS, REPLICA_SETS
from minikube_py.client.scales import NoMatch, find_served, get_scale
from minikube_py.controller.disruption.counts import Scale, count_expected, count_healthy, sort_disrupted

Object = dict[str, Any]
UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of the PDB "
    "cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set "
    '".spec.minAvailable" field of the PDB to an integer value.'
)


class DisruptionController:
    """Reconciles one PodDisruptionBudget."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recorder = context.recorder("controllermanager")
        self._told: set[str] = set()  # uids of pods with several budgets

    def reconcile(self, key: Key) -> Result:
        """Count, and say so in the status. Raises StatusError."""
        budget = self._context.lister(POD_DISRUPTION_BUDGETS).get(*key)
        if budget is None:
            return Result()
        try:
            return self._count(budget)
        except errors.Conflict:
            raise
        except (ValueError, errors.StatusError) as error:
            self._fail_safe(budget, str(error))
            return Result()

    def _count(self, budget: Object) -> Result:
        namespace, now = budget["metadata"]["namespace"], self._context.clock.now()
        pods = self._context.lister(PODS).list(namespace)
        pods = [pod for pod in pods if selects(budget, pod["metadata"].get("labels") or {})]
        pods.sort(key=lambda pod: str(pod["metadata"]["name"]))  # the cache's order changes when it is filled anew
        self._tell_of_several(pods, budget)
        if not pods:
            self._recorder.event(budget, "Normal", "NoPods", "No matching pods found")
        try:
            expected = count_expected(budget, pods, self._find_scale)
        except (ValueError, errors.StatusError) as error:
            what = f"Failed to calculate the number of expected pods: {error}"
            self._recorder.event(budget, "Warning", "CalculateExpectedPodCountFailed", what)
            raise
        if expected.unmanaged:
            shown = tell_label_selector(budget["spec"].get("selector"))
            self._recorder.event(budget, "Warning", "UnmanagedPods", UNMANAGED.format(shown))
        disrupted = sort_disrupted(pods, (budget.get("status") or {}).get("disruptedPods") or {}, now)
        for pod in disrupted.overdue:
            what = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            self._recorder.event(pod, "Warning", "NotDeleted", what)
        status: Object = {
            "currentHealthy": count_healthy(pods, disrupted.times, now),
            "desiredHealthy": expected.healthy,
            "expectedPods": expected.pods,
        }
        if disrupted.times:
            status["disruptedPods"] = disrupted.times
        self._write(budget, status)
        return Result(None if disrupted.recheck is None else disrupted.recheck + 0.001)

    def _write(self, budget: Object, status: Object) -> None:
        before = budget.get("status") or {}
        spare = status["currentHealthy"] - status["desiredHealthy"]
        status["disruptionsAllowed"] = max(0, spare) if status["expectedPods"] > 0 else 0
        status["observedGeneration"] = budget["metadata"].get("generation", 0)
        status["conditions"] = deep_copy(before.get("conditions") or [])
        set_allowed_condition(status, self._context.clock.now())
        if status != before:
            self._context.client.update(POD_DISRUPTION_BUDGETS, {**budget, "status": status}, "status")

    def _fail_safe(self, budget: Object, why: str) -> None:
        """Allow no disruption where the pods could not be counted."""
        status = deep_copy(budget.get("status") or {})
        status["disruptionsAllowed"] = 0
        put_condition(status, "False", SYNC_FAILED, why, self._context.clock.now())
        if status != budget.get("status"):
            self._context.client.update(POD_DISRUPTION_BUDGETS, {**budget, "status": status}, "status")

    def _tell_of_several(self, pods: list[Object], budget: Object) -> None:
        """Tell of pods that have a budget besides this one, once for each."""
        namespace = budget["metadata"]["namespace"]
        budgets = self._context.lister(POD_DISRUPTION_BUDGETS).list(namespace)
        if len(budgets) < 2:
            return
        for pod in pods:
            metadata = pod["metadata"]
            if metadata["uid"] in self._told or len(find_budgets(pod, budgets)) < 2:
                continue
            self._told.add(metadata["uid"])
            chosen = f'Chose "{budget["metadata"]["name"]}" arbitrarily.'
            what = f'Pod "{namespace}"/"{metadata["name"]}" matches multiple PodDisruptionBudgets.  {chosen}'
            self._recorder.event(pod, "Warning", "MultiplePodDisruptionBudgets", what)

    def _find_scale(self, owner: Object, namespace: str) -> Scale | None:
        """Return the scale of what controls a pod; a Deployment's for a pod of its ReplicaSet. Raises ValueError."""
        if owner["kind"] == "ReplicaSet":
            replica_set = self._context.lister(REPLICA_SETS).get(namespace, owner["name"])
            if replica_set is None or replica_set["metadata"]["uid"] != owner["uid"]:
                return None
            above = controller_of(replica_set)
            if above is not None and above["kind"] == "Deployment":
                owner = above
        try:
            kind = find_served(self._context.client, owner["apiVersion"], owner["kind"])
        except NoMatch as error:
            raise ValueError(str(error)) from error
        if not kind.has_scale:
            raise ValueError(f"{kind.resource} does not implement the scale subresource")
        try:
            scale = get_scale(self._context.client, kind, namespace, owner["name"])
        except errors.NotFound:
            return None
        if scale["metadata"].get("uid") != owner["uid"]:
            return None
        return owner["uid"], int((scale.get("spec") or {}).get("replicas") or 0)


def keys_by_pod(pod: Object, context: Context) -> Iterable[Key]:
    """Return the keys of the budgets that select a pod."""
    namespace = pod["metadata"]["namespace"]
    for budget in find_budgets(pod, context.lister(POD_DISRUPTION_BUDGETS).list(namespace)):
        yield Key(namespace, budget["metadata"]["name"])


CONTROLLER = Controller(
    "disruption",
    (Watch(POD_DISRUPTION_BUDGETS), Watch(PODS, keys_by_pod), Watch(REPLICA_SETS, lambda obj, context: ())),
    DisruptionController,
)
