"""deployment-controller: rolls Deployments out by ReplicaSets. Upstream: pkg/controller/deployment.

`rolling` and `revisions` decide, `status` reports; all three are pure. This module reads, writes and records events.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.unstructured import controller_of, deep_copy, is_controlled_by
from minikube_py.client.adoption import claim_objects
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.request import MERGE_PATCH
from minikube_py.client.resources import DEPLOYMENTS, PODS, REPLICA_SETS
from minikube_py.controller.deployment import revisions, rolling, status

Object = dict[str, Any]
FINAL_PHASES = ("Succeeded", "Failed")


class DeploymentController:
    """Reconciles one Deployment."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recorder = context.recorder("deployment-controller")

    def reconcile(self, key: Key) -> Result:
        """Take the rollout one step on, and tell how far it is."""
        stored = self._context.lister(DEPLOYMENTS).get(*key)
        if stored is None:
            return Result()
        deployment = deep_copy(stored)
        deployment.setdefault("status", {})
        selector = selector_from_object(stored["spec"].get("selector"))
        mine = claim_objects(self._context, REPLICA_SETS, stored, lambda rs: selector.matches(rs["metadata"].get("labels")))
        rollout = Rollout(self._context, self._recorder, deployment, mine)
        if deployment["metadata"].get("deletionTimestamp"):
            return rollout.report(judge=False)
        status.note_pause(deployment, self._context.clock.now())
        if deployment["spec"].get("paused") or rolling.is_scaling(deployment, rollout.replica_sets):
            rollout.find_new()
            rollout.scale_all()
            if deployment["spec"].get("paused"):
                rollout.clean_up()
            return rollout.report(judge=False)
        if deployment["spec"]["strategy"]["type"] == "Recreate":
            return rollout.recreate()
        return rollout.roll()


class Rollout:
    """One reconcile of one Deployment. `deployment` is a copy whose status collects conditions until `report` writes them."""

    def __init__(self, context: Context, recorder: Any, deployment: Object, replica_sets: list[Object]) -> None:
        self._context, self._recorder = context, recorder
        self.deployment = deployment
        self._sets = {rs["metadata"]["name"]: rs for rs in rolling.by_age(replica_sets)}
        found = revisions.find_new(deployment, replica_sets)
        self._new = found["metadata"]["name"] if found else ""

    @property
    def replica_sets(self) -> list[Object]:
        """All ReplicaSets, the oldest first."""
        return list(self._sets.values())

    @property
    def new(self) -> Object | None:
        """The ReplicaSet of the present template."""
        return self._sets.get(self._new)

    @property
    def old(self) -> list[Object]:
        """The others."""
        return [rs for name, rs in self._sets.items() if name != self._new]

    def roll(self) -> Result:
        """Replace pods little by little."""
        new = self.find_new(create=True)
        if not self._scale(rolling.Step(self._new, rolling.plan_new(self.deployment, new, self.old))):
            steps = rolling.plan_old(self.deployment, new, self.old)
            if not [step for step in steps if self._scale(step)] and self._is_complete():
                self.clean_up()
        return self.report()

    def recreate(self) -> Result:
        """Take all old pods away, then make new ones."""
        self.find_new()
        shrunk = [rs for rs in rolling.list_active(self.old) if self._scale(rolling.Step(rs["metadata"]["name"], 0))]
        if shrunk or self._old_pods_run():
            return self.report()
        new = self.find_new(create=True)
        self._scale(rolling.Step(self._new, rolling.plan_new(self.deployment, new, self.old)))
        if self._is_complete():
            self.clean_up()
        return self.report()

    def _is_complete(self) -> bool:
        return status.is_complete(self.deployment, self._calculate())

    def _calculate(self) -> Object:
        return status.calculate_status(self.deployment, self.new, self.replica_sets, self._context.clock.now())

    def _old_pods_run(self) -> bool:
        pods = self._context.lister(PODS)
        owned = [pod for rs in self.old for pod in pods.by_owner(rs["metadata"]["uid"])]
        return any((pod.get("status") or {}).get("phase") not in FINAL_PHASES for pod in owned)

    def find_new(self, *, create: bool = False) -> Any:
        """Bring the new ReplicaSet's annotations up to date, or make it; return it, or None where it is not to be made."""
        revision = revisions.next_revision(self.old)
        if self.new is not None:
            self._update_new(self.new, revision)
        elif create:
            self._create_new(revision)
        if self.new is not None:
            self._set_revision(self.new)
        return self.new

    def _update_new(self, new: Object, revision: int) -> None:
        annotations = revisions.make_annotations(self.deployment, new["metadata"].get("annotations"), revision)
        min_ready = self.deployment["spec"].get("minReadySeconds") or 0
        if annotations != (new["metadata"].get("annotations") or {}) or min_ready != (new["spec"].get("minReadySeconds") or 0):
            changed = deep_copy(new)
            changed["metadata"]["annotations"] = annotations
            changed["spec"]["minReadySeconds"] = min_ready
            self._sets[self._new] = self._context.client.update(REPLICA_SETS, changed)
        if not any(c["type"] == "Progressing" for c in self.deployment["status"].get("conditions") or ()):
            self._note_progress("True", "FoundNewReplicaSet", f'Found new replica set "{self._new}"')

    def _create_new(self, revision: int) -> None:
        body = revisions.make_replica_set(self.deployment, 0, revision)
        body["spec"]["replicas"] = rolling.plan_new(self.deployment, body, self.old)
        name, replicas = body["metadata"]["name"], body["spec"]["replicas"]
        try:
            created = self._context.client.create(REPLICA_SETS, body, body["metadata"]["namespace"])
        except errors.AlreadyExists:
            self._meet_collision(name)
            return
        except errors.StatusError as error:
            message = f'Failed to create new replica set "{name}": {error}'
            self._note_progress("False", "ReplicaSetCreateError", message)
            self._recorder.event(self.deployment, "Warning", "ReplicaSetCreateError", message)
            self.report(judge=False)
            raise
        self._new, self._sets[name] = name, created
        if replicas:
            message = f"Scaled up replica set {name} from 0 to {replicas}"
            self._recorder.event(self.deployment, "Normal", "ScalingReplicaSet", message)
        self._note_progress("True", "NewReplicaSetCreated", f'Created new replica set "{name}"')

    def _meet_collision(self, name: str) -> None:
        """Take the ReplicaSet of that name if it is ours after all, else count up, so that the next hash is another."""
        metadata = self.deployment["metadata"]
        found = self._context.client.get(REPLICA_SETS, name, metadata["namespace"])
        template = self.deployment["spec"]["template"]
        if is_controlled_by(found, self.deployment) and revisions.is_same_template(found["spec"]["template"], template):
            self._new, self._sets[name] = name, found
            return
        state = self.deployment["status"]
        state["collisionCount"] = (state.get("collisionCount") or 0) + 1
        self._context.client.update(DEPLOYMENTS, self.deployment, "status")
        raise errors.new_conflict("apps", "replicasets", name, "another object has this name")

    def _note_progress(self, value: str, reason: str, message: str) -> None:
        if status.has_deadline(self.deployment):
            conditions = self.deployment["status"].setdefault("conditions", [])
            condition = status.make_progress(value, reason, message)
            status.set_deployment_condition(conditions, condition, self._context.clock.now())

    def _set_revision(self, new: Object) -> None:
        revision = (new["metadata"].get("annotations") or {}).get(revisions.REVISION)
        metadata = self.deployment["metadata"]
        if revision is None or (metadata.get("annotations") or {}).get(revisions.REVISION) == revision:
            return
        body = {"metadata": {"annotations": {revisions.REVISION: revision}}}
        kind = MERGE_PATCH
        changed = self._context.client.patch(DEPLOYMENTS, metadata["name"], body, metadata["namespace"], content_type=kind)
        self.deployment["metadata"] = deep_copy(changed["metadata"])

    def scale_all(self) -> None:
        """Pass a new size of the Deployment on to its ReplicaSets."""
        for step in rolling.plan_scale(self.deployment, self.new, self.old):
            self._scale(step)

    def _scale(self, step: rolling.Step) -> bool:
        """Set a ReplicaSet's size; return whether it was another before."""
        present = self._sets[step.name]
        before = rolling.replicas_of(present)
        annotations = {**(present["metadata"].get("annotations") or {}), **revisions.make_size_annotations(self.deployment)}
        if before == step.replicas and annotations == present["metadata"].get("annotations"):
            return False
        changed = deep_copy(present)
        changed["spec"]["replicas"] = step.replicas
        changed["metadata"]["annotations"] = annotations
        self._sets[step.name] = self._context.client.update(REPLICA_SETS, changed)
        if before == step.replicas:
            return False
        direction = "up" if step.replicas > before else "down"
        message = f"Scaled {direction} replica set {step.name} from {before} to {step.replicas}"
        self._recorder.event(self.deployment, "Normal", "ScalingReplicaSet", message)
        return True

    def clean_up(self) -> None:
        """Delete old ReplicaSets beyond the history limit."""
        for replica_set in revisions.list_surplus(self.deployment, self.old):
            metadata = replica_set["metadata"]
            try:
                self._context.client.delete(REPLICA_SETS, metadata["name"], metadata["namespace"])
            except errors.NotFound:
                continue

    def report(self, *, judge: bool = True) -> Result:
        """Write the status; with `judge`, also how the rollout goes. Return when to look at it again."""
        now, everyone = self._context.clock.now(), self.replica_sets
        state = self._calculate()
        if judge:
            status.judge_progress(self.deployment, state, self.new, now)
            status.pass_on_failures(state, self.new, everyone, now)
        metadata = self.deployment["metadata"]
        stored = self._context.lister(DEPLOYMENTS).get(metadata["namespace"], metadata["name"])
        if stored is None or state != (stored.get("status") or {}):
            self._context.client.update(DEPLOYMENTS, {**self.deployment, "status": state}, "status")
        return Result(status.tell_next_check(self.deployment, state, now) if judge else None)


def _keys_by_replica_set(replica_set: Object, context: Context) -> Iterable[Key]:
    metadata = replica_set["metadata"]
    owner = controller_of(replica_set)
    if owner is not None:
        if owner["kind"] == "Deployment":
            yield Key(metadata["namespace"], owner["name"])
        return
    for deployment in context.lister(DEPLOYMENTS).list(metadata["namespace"]):
        if selector_from_object(deployment["spec"].get("selector")).matches(metadata.get("labels")):
            yield Key(metadata["namespace"], deployment["metadata"]["name"])


def _keys_by_pod(pod: Object, context: Context) -> Iterable[Key]:
    """Yield the Deployment that waits for old pods to be gone: only those with strategy Recreate do."""
    owner, namespace = controller_of(pod), pod["metadata"]["namespace"]
    if owner is None or owner["kind"] != "ReplicaSet":
        return
    replica_set = context.lister(REPLICA_SETS).get(namespace, owner["name"])
    above = controller_of(replica_set) if replica_set else None
    deployment = context.lister(DEPLOYMENTS).get(namespace, above["name"]) if above else None
    if deployment is not None and deployment["spec"]["strategy"]["type"] == "Recreate":
        yield Key(namespace, deployment["metadata"]["name"])


CONTROLLER = Controller(
    "deployment",
    (Watch(DEPLOYMENTS), Watch(REPLICA_SETS, _keys_by_replica_set), Watch(PODS, _keys_by_pod)),
    DeploymentController,
)
