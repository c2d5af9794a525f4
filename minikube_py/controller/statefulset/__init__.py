"""statefulset-controller: pods with names of their own, one after the other. Upstream: pkg/controller/statefulset.

`identity`, `claims` and `status` are pure; `revisions` keeps the history, `pods` writes pods and claims. What goes on when is decided here.
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.client.adoption import claim_objects
from minikube_py.client.controller_history import restore
from minikube_py.client.events import EventRecorder
from minikube_py.client.pod_control import available_in, keys_by_pod
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CONTROLLER_REVISIONS, PERSISTENT_VOLUME_CLAIMS, PODS, STATEFUL_SETS
from minikube_py.controller.statefulset.claims import claim_name
from minikube_py.controller.statefulset.identity import (
    is_member,
    new_pod,
    ordinal_of,
    ordinals_of,
    revision_of,
    split_name,
    start_of,
)
from minikube_py.controller.statefulset.pods import StatefulPods
from minikube_py.controller.statefulset.revisions import Revisions, clean_up, sync_revisions
from minikube_py.controller.statefulset.status import (
    count_pods,
    is_available,
    is_going,
    is_healthy,
    is_running_and_ready,
    make_status,
    phase_of,
)

Object = dict[str, Any]


class StatefulSetController:
    """Reconciles one StatefulSet."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recorder = context.recorder("statefulset-controller")

    def reconcile(self, key: Key) -> Result:
        """Take the pods one step on, and say in the status how far they are. Raises StatusError."""
        stateful_set = self._context.lister(STATEFUL_SETS).get(*key)
        if stateful_set is None:
            return Result()
        revisions = sync_revisions(self._context, stateful_set)
        pods = self._claim_pods(stateful_set)
        run = Run(self._context, self._recorder, stateful_set, revisions, pods)
        failure: errors.StatusError | None = None
        try:
            if not stateful_set["metadata"].get("deletionTimestamp"):
                run.go_on()
        except errors.StatusError as error:
            failure = error
        self._report(run)
        clean_up(self._context, stateful_set, revisions, pods)
        if failure is not None:
            raise failure
        return Result(run.tell_next_check())

    def _claim_pods(self, stateful_set: Object) -> list[Object]:
        selector = selector_from_object(stateful_set["spec"].get("selector"))

        def matches(pod: Object) -> bool:
            return selector.matches(pod["metadata"].get("labels") or {}) and is_member(stateful_set, pod)

        return claim_objects(self._context, PODS, stateful_set, matches)

    def _report(self, run: Run) -> None:
        status = make_status(run.stateful_set, run.revisions, run.counts)
        if status != (run.stateful_set.get("status") or {}):
            self._context.client.update(STATEFUL_SETS, {**run.stateful_set, "status": status}, "status")


class Run:
    """One reconcile of one stateful set: `counts` are those of the status when it is over."""

    def __init__(
        self, context: Context, recorder: EventRecorder, stateful_set: Object, revisions: Revisions, pods: list[Object]
    ) -> None:
        self.stateful_set, self.revisions = stateful_set, revisions
        self._now = context.clock.now()
        self._pods = pods
        self._control = StatefulPods(context, recorder, restore(stateful_set, revisions.update))
        self._is_ordered = stateful_set["spec"]["podManagementPolicy"] == "OrderedReady"
        self.counts = self._count(pods)

    def _count(self, pods: Iterable[Object]) -> Object:
        return count_pods(pods, self.stateful_set, self.revisions, self._now)

    def tell_next_check(self) -> float | None:
        """Return in how many seconds a ready pod becomes available, or None."""
        seconds = self.stateful_set["spec"].get("minReadySeconds") or 0
        waits = (available_in(pod, seconds, self._now) for pod in self._pods)
        return min((wait for wait in waits if wait), default=None)

    def go_on(self) -> None:
        """Make what is missing, delete what is too many, then update; ordered sets stop at the first pod that is not well.

        Raises StatusError.
        """
        present = {ordinal_of(pod): pod for pod in self._pods}
        wanted = ordinals_of(self.stateful_set)
        replicas = [present.get(ordinal) or self._make(ordinal) for ordinal in wanted]
        surplus = [present[ordinal] for ordinal in sorted(present, reverse=True) if ordinal not in wanted]
        self.counts = self._count([*replicas, *surplus])
        sick = next((pod for pod in (*replicas, *reversed(surplus)) if not is_healthy(pod)), None)
        if self._run_for_all(replicas, self._see_to) or self._run_for_all(surplus, self._fix_claims):
            return
        if self._run_for_all(surplus, lambda pod: self._dismiss(pod, sick)):
            return
        if self.stateful_set["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            self._update(replicas)

    def _make(self, ordinal: int) -> Object:
        """Return the pod of an ordinal that has none: of the old template below the partition."""
        strategy = self.stateful_set["spec"]["updateStrategy"]
        rolling = strategy.get("rollingUpdate")
        if rolling is None:
            kept = (self.stateful_set.get("status") or {}).get("currentReplicas") or 0
            kept = kept if strategy["type"] == "RollingUpdate" else 0
        else:
            kept = rolling.get("partition") or 0
        is_old = ordinal < start_of(self.stateful_set) + kept
        revision = self.revisions.current if is_old else self.revisions.update
        return new_pod(restore(self.stateful_set, revision), ordinal, revision["metadata"]["name"])

    def _run_for_all(self, pods: list[Object], step: Callable[[Object], bool]) -> bool:
        """Do the step for each pod; ordered sets stop where it says that it has to be waited. Return whether one stopped."""
        return any(step(pod) and self._is_ordered for pod in pods)

    def _see_to(self, pod: Object) -> bool:
        """Make, replace or mend a pod. Return whether the next one has to wait."""
        phase = phase_of(pod)
        if phase in ("Failed", "Succeeded"):
            if not is_going(pod):
                self._control.delete(pod)
            return True
        if not phase:
            if not self._control.has_stale_claim(pod):
                self._control.create(pod)
            return True
        if phase == "Pending":
            self._control.create_missing_claims(pod)
        is_well = is_healthy(pod) and is_available(pod, self.stateful_set, self._now)
        if self._is_ordered and not is_well:
            return True
        self._control.mend(pod)
        return False

    def _fix_claims(self, pod: Object) -> bool:
        if not self._control.claims_are_owned(pod):
            self._control.own_claims(pod)
        return False

    def _dismiss(self, pod: Object, sick: Object | None) -> bool:
        """Delete a surplus pod, in ordered sets only where all before it are well. Return whether the next one has to wait."""
        if is_going(pod):
            return True
        is_well = is_running_and_ready(pod) and is_available(pod, self.stateful_set, self._now)
        if is_well or not self._is_ordered or pod is sick:
            self._control.delete(pod)
        return True

    def _update(self, replicas: list[Object]) -> None:
        """Delete the last pod that is not of the target revision, once those after it are well."""
        rolling = self.stateful_set["spec"]["updateStrategy"].get("rollingUpdate") or {}
        for pod in reversed(replicas[rolling.get("partition") or 0 :]):
            if revision_of(pod) != self.revisions.update["metadata"]["name"] and not is_going(pod):
                self._control.delete(pod)
                self.counts["currentReplicas"] = max(0, self.counts["currentReplicas"] - 1)
                return
            if not is_healthy(pod):
                return


def _keys_by_claim(claim: Object, context: Context) -> Iterable[Key]:
    namespace, name = claim["metadata"]["namespace"], claim["metadata"]["name"]
    ordinal = split_name(name)[1]
    for stateful_set in context.lister(STATEFUL_SETS).list(namespace) if ordinal >= 0 else ():
        templates = stateful_set["spec"].get("volumeClaimTemplates") or ()
        if any(claim_name(stateful_set, template, ordinal) == name for template in templates):
            yield Key(namespace, stateful_set["metadata"]["name"])


CONTROLLER = Controller(
    "statefulset",
    (
        Watch(STATEFUL_SETS),
        Watch(PODS, keys_by_pod(STATEFUL_SETS)),
        Watch(CONTROLLER_REVISIONS, keys_by_pod(STATEFUL_SETS)),
        Watch(PERSISTENT_VOLUME_CLAIMS, _keys_by_claim),
    ),
    StatefulSetController,
)
