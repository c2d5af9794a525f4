"""Keeping a number of pods alive: what ReplicaSet and ReplicationController do alike. Upstream: pkg/controller/replicaset.

Pods are adopted when they match the selector and nobody owns them, released when they no longer match. Every reconcile sees the
writes of the one before, so no expectations are needed. Surplus pods go in upstream's order: unassigned first, then pending,
not ready, by deletion cost, from nodes with most of them, youngest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from math import inf
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.labels import Selector, selector_from_map, selector_from_object
from minikube_py.apimachinery.unstructured import controller_of, deep_copy, find_condition, set_condition
from minikube_py.client.adoption import claim_objects, new_controller_reference
from minikube_py.client.events import EventRecorder
from minikube_py.client.object_writes import delete_exactly
from minikube_py.client.reconcile import Context, Key, Result
from minikube_py.client.resources import PODS, REPLICA_SETS, REPLICATION_CONTROLLERS, Resource
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339

Object = dict[str, Any]
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
BURST = 500  # pods made or deleted in one reconcile, upstream's BurstReplicas


def selector_of(owner: Object) -> Selector:
    """Return the selector of a workload: a LabelSelector, or a ReplicationController's map."""
    selector = owner["spec"].get("selector") or {}
    if owner["kind"] == "ReplicationController":
        return selector_from_map(selector)
    return selector_from_object(selector)


def keys_by_pod(resource: Resource) -> Callable[[Object, Context], Iterable[Key]]:
    """Return the mapping from a pod, or a revision, to the owner of that resource, or to those that might adopt it."""

    def to_keys(pod: Object, context: Context) -> Iterable[Key]:
        metadata = pod["metadata"]
        namespace = metadata.get("namespace", "")
        owner = controller_of(pod)
        if owner is not None:
            if owner["kind"] == resource.kind:
                yield Key(namespace, owner["name"])
            return
        labels = metadata.get("labels") or {}
        if labels:
            for candidate in context.lister(resource).list(namespace):
                if selector_of(candidate).matches(labels):
                    yield Key(namespace, candidate["metadata"]["name"])

    return to_keys


REPLICA_SETS_BY_POD = keys_by_pod(REPLICA_SETS)
REPLICATION_CONTROLLERS_BY_POD = keys_by_pod(REPLICATION_CONTROLLERS)


def is_active(pod: Object) -> bool:
    """Return whether a pod counts as one of its owner's: neither finished nor on its way out."""
    return (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed") and not pod["metadata"].get(
        "deletionTimestamp"
    )


def is_ready(pod: Object) -> bool:
    """Return whether the pod's Ready condition is true."""
    condition = find_condition((pod.get("status") or {}).get("conditions") or [], "Ready")
    return condition is not None and condition["status"] == "True"


def available_in(pod: Object, min_ready_seconds: int, now: float) -> float | None:
    """Return in how many seconds a pod counts as available: 0 for now, None while it is not ready."""
    condition = find_condition((pod.get("status") or {}).get("conditions") or [], "Ready")
    if condition is None or condition["status"] != "True":
        return None
    if not min_ready_seconds or not condition.get("lastTransitionTime"):
        return 0.0
    return max(0.0, parse_rfc3339(condition["lastTransitionTime"]) + min_ready_seconds - now)


def make_pod(owner: Object, template: Object) -> Object:
    """Return a pod of the owner's template; the API server names it after the owner."""
    metadata = deep_copy(template.get("metadata") or {})
    kept = {k: metadata[k] for k in ("labels", "annotations", "finalizers") if metadata.get(k)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **kept,
            "generateName": f"{owner['metadata']['name']}-",
            "namespace": owner["metadata"]["namespace"],
            "ownerReferences": [new_controller_reference(owner)],
        },
        "spec": deep_copy(template["spec"]),
    }


def claim_pods(context: Context, owner: Object, selector: Selector) -> list[Object]:
    """Return the owner's pods after adopting orphans that match and releasing its own that no longer do."""
    return claim_objects(context, PODS, owner, lambda pod: selector.matches(pod["metadata"].get("labels") or {}), is_active)


def order_for_deletion(pods: list[Object], related: Iterable[Object] | None = None) -> list[Object]:
    """Return pods with those first that are to go first.

    `related` are the pods that share nodes evenly with these, themselves included; without them neither the crowding
    of nodes nor deletion costs count, as for the pods of a job. Upstream: ActivePodsWithRanks and ActivePods.
    """
    crowding = Counter((p["spec"].get("nodeName") or "") for p in related or () if is_active(p))

    def rank(pod: Object) -> tuple[Any, ...]:
        node, phase = pod["spec"].get("nodeName") or "", _PHASES.get((pod.get("status") or {}).get("phase", ""), 1)
        cost = 0 if related is None else int((pod["metadata"].get("annotations") or {}).get(DELETION_COST) or 0)
        created = parse_rfc3339(pod["metadata"]["creationTimestamp"])
        return bool(node), phase, is_ready(pod), cost, -crowding[node], _ready_rank(pod), *_count_restarts(pod), -created

    return sorted(pods, key=rank)


_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def _ready_rank(pod: Object) -> float:
    """Return the smaller, the later a ready pod became so; of what is not ready, no time counts."""
    condition = find_condition((pod.get("status") or {}).get("conditions") or [], "Ready")
    if condition is None or condition["status"] != "True":
        return 0.0
    return -parse_rfc3339(condition["lastTransitionTime"]) if condition.get("lastTransitionTime") else -inf


def _count_restarts(pod: Object) -> tuple[int, int]:
    """Return, negative, how often the containers of a pod were restarted at most, and how often its sidecars were."""
    status = pod.get("status") or {}
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    regular = max((c.get("restartCount", 0) for c in status.get("containerStatuses") or ()), default=0)
    inits = (c for c in status.get("initContainerStatuses") or () if c["name"] in sidecars)
    return -regular, -max((c.get("restartCount", 0) for c in inits), default=0)


class PodControl:
    """Makes and deletes the pods of an owner, and records an event of each. Upstream: pkg/controller's RealPodControl."""

    def __init__(self, context: Context, recorder: EventRecorder) -> None:
        self._context, self._recorder = context, recorder

    def create(self, owner: Object, pod: Object) -> Object | None:
        """Make a pod; None where its namespace is on its way out, so that no try will do better. Raises StatusError."""
        try:
            created = self._context.client.create(PODS, pod, owner["metadata"]["namespace"])
        except errors.StatusError as error:
            if errors.has_cause(error, errors.NAMESPACE_TERMINATING):
                return None
            self._recorder.event(owner, "Warning", "FailedCreate", f"Error creating: {error}")
            raise
        self._recorder.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {created['metadata']['name']}")
        return created

    def create_all(self, owner: Object, pods: Iterable[Object]) -> tuple[list[Object], errors.StatusError | None]:
        """Make pods in batches of 1, 2, 4 and so on, none after one that failed; return those made and the first failure.

        So what refuses one pod, such as a quota, is not asked about each of hundreds. Upstream: slowStartBatch. Nor is a
        namespace on its way out, which is no failure.
        """
        made: list[Object] = []
        left, size = iter(pods), 1
        while batch := list(islice(left, size)):
            failure: errors.StatusError | None = None
            for pod in batch:
                try:
                    created = self.create(owner, pod)
                except errors.StatusError as error:
                    failure = failure or error
                else:
                    if created is None:
                        return made, failure
                    made.append(created)
            if failure is not None:
                return made, failure
            size *= 2
        return made, None

    def delete(self, owner: Object, pod: Object) -> None:
        """Delete a pod, unless it is gone. Raises StatusError."""
        try:
            deleted = delete_exactly(self._context.client, PODS, pod)
        except errors.StatusError as error:
            self._recorder.event(owner, "Warning", "FailedDelete", f"Error deleting: {error}")
            raise
        if deleted is not None:
            self._recorder.event(owner, "Normal", "SuccessfulDelete", f"Deleted pod: {pod['metadata']['name']}")


class ReplicaManager:
    """Reconciles one ReplicaSet or ReplicationController."""

    def __init__(self, context: Context, resource: Resource) -> None:
        self._context, self._resource = context, resource
        component = "replicaset-controller" if resource.kind == "ReplicaSet" else "replication-controller"
        self._pods = PodControl(context, context.recorder(component))

    def reconcile(self, key: Key) -> Result:
        """Make or delete pods until there are as many as asked, and say so in the status."""
        owner = self._context.lister(self._resource).get(*key)
        if owner is None:
            return Result()
        pods = [p for p in claim_pods(self._context, owner, selector_of(owner)) if is_active(p)]
        failure: Exception | None = None
        if not owner["metadata"].get("deletionTimestamp"):
            try:
                pods = self._manage(owner, pods)
            except errors.StatusError as error:
                failure = error
                pods = [p for p in self._context.lister(PODS).by_owner(owner["metadata"]["uid"]) if is_active(p)]
        wait = self._update_status(owner, pods, failure)
        if failure is not None:
            raise failure
        return Result(wait)

    def _manage(self, owner: Object, pods: list[Object]) -> list[Object]:
        missing = owner["spec"].get("replicas", 1) - len(pods)
        if missing > 0:
            new = (make_pod(owner, owner["spec"]["template"]) for _ in range(min(missing, BURST)))
            made, failure = self._pods.create_all(owner, new)
            if failure is not None:
                raise failure
            return pods + made
        if missing < 0:
            surplus = order_for_deletion(pods, self._list_related(owner))[: min(-missing, BURST)]
            for pod in surplus:
                self._pods.delete(owner, pod)
            names = {p["metadata"]["name"] for p in surplus}
            return [p for p in pods if p["metadata"]["name"] not in names]
        return pods

    def _list_related(self, owner: Object) -> list[Object]:
        """Return the pods of the owner, and of the others that the same Deployment has."""
        above, namespace = controller_of(owner), owner["metadata"]["namespace"]
        family = [owner]
        if above is not None:
            family = self._context.lister(self._resource).by_owner(above["uid"])
        selectors = [selector_of(member) for member in family]
        pods = self._context.lister(PODS).list(namespace)
        return [pod for pod in pods if any(one.matches(pod["metadata"].get("labels") or {}) for one in selectors)]

    def _update_status(self, owner: Object, pods: list[Object], failure: Exception | None) -> float | None:
        now, spec = self._context.clock.now(), owner["spec"]
        waits = [available_in(p, spec.get("minReadySeconds") or 0, now) for p in pods]
        wanted = (spec["template"].get("metadata") or {}).get("labels") or {}
        full = sum(all((p["metadata"].get("labels") or {}).get(k) == v for k, v in wanted.items()) for p in pods)
        counts = {
            "replicas": len(pods),
            "fullyLabeledReplicas": full,
            "readyReplicas": sum(w is not None for w in waits),
            "availableReplicas": sum(w == 0 for w in waits),
        }
        before = owner.get("status") or {}
        status: Object = {k: v for k, v in counts.items() if v or k == "replicas"}
        status["observedGeneration"] = owner["metadata"].get("generation", 1)
        conditions = [c for c in before.get("conditions") or [] if c["type"] != "ReplicaFailure"]
        if failure is not None:
            reason = "FailedCreate" if spec.get("replicas", 1) > len(pods) else "FailedDelete"
            condition = {"type": "ReplicaFailure", "status": "True", "reason": reason, "message": str(failure)}
            conditions = deep_copy(before.get("conditions") or [])
            if find_condition(conditions, "ReplicaFailure") is None:  # the first failure stays: each names another pod
                set_condition(conditions, condition, format_rfc3339(now))
        if conditions:
            status["conditions"] = conditions
        if status != before:
            self._context.client.update(self._resource, {**owner, "status": status}, "status")
        return min((w for w in waits if w), default=None)
