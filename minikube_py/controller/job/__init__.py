"""job-controller: runs pods until enough have succeeded, and the TTL of finished jobs. Upstream: pkg/controller/job, ttlafterfinished.

`tally` counts and judges, `plan` decides on pods, `pods` and `indexes` know their details; all are pure. A pod is held by a finalizer until
the status counts it: first the status is written, then, in the same commit, the finalizer goes, so no pod is counted twice or forgotten.
https://kubernetes.io/docs/concepts/workloads/controllers/job/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import controller_of, deep_copy
from minikube_py.client.events import EventRecorder
from minikube_py.client.object_writes import delete_exactly, patch_metadata
from minikube_py.client.pod_control import PodControl, claim_pods, keys_by_pod, selector_of
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import JOBS, PODS
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.controller.job.plan import plan_pods
from minikube_py.controller.job.pods import FINALIZER, Backoff, is_tracked, phase_of
from minikube_py.controller.job.tally import (
    FAILURE,
    FINAL,
    Tally,
    deadline_left,
    ensure_condition,
    expiry_left,
    is_finished,
    is_suspended,
    make_condition,
)

Object = dict[str, Any]
CONTROLLER_NAME = "kubernetes.io/job-controller"  # jobs that spec.managedBy gives to another are left to that: KEP-4368


class JobController:
    """Reconciles one Job."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recorder = context.recorder("job-controller")
        self._uids: dict[Key, str] = {}
        self._backoffs: dict[str, Backoff] = {}  # by the uid of a job

    def reconcile(self, key: Key) -> Result:
        """Take the job one step on. Raises StatusError."""
        stored = self._context.lister(JOBS).get(*key)
        if stored is not None and stored["spec"].get("managedBy") not in (None, CONTROLLER_NAME):
            return self._expire(stored)
        self._release_strays(key, stored)
        if stored is None:
            return Result()
        if is_finished(stored):
            self._backoffs.pop(stored["metadata"]["uid"], None)
            return self._expire(stored)
        uid = stored["metadata"]["uid"]
        run = Run(self._context, self._recorder, stored, self._backoffs.get(uid, Backoff()))
        with self._context.client.batch():
            result = run.go_on()
        self._backoffs[uid] = run.backoff
        if run.failure is not None:  # what was done up to it is kept
            raise run.failure
        return result

    def _release_strays(self, key: Key, job: Object | None) -> None:
        """Let go of pods whose job is gone or at its end: nobody will count them."""
        uid, before = job["metadata"]["uid"] if job is not None else "", self._uids.get(key)
        self._uids[key] = uid
        strays = []
        if before is None:  # not seen before: its name may be that of one deleted while nobody looked
            strays = [pod for pod in self._context.lister(PODS).list(key.namespace) if _belongs_to_another(pod, key.name, uid)]
        elif before != uid:
            strays = self._context.lister(PODS).by_owner(before)
        if job is None:
            self._backoffs.pop(before or "", None)
            del self._uids[key]
        elif is_finished(job):
            strays += self._context.lister(PODS).by_owner(uid)
        for pod in strays:
            release(self._context, pod)

    def _expire(self, job: Object) -> Result:
        left = expiry_left(job, self._context.clock.now())
        if left is None or job["metadata"].get("deletionTimestamp"):
            return Result()
        if left > 0:
            return Result(left)
        delete_exactly(self._context.client, JOBS, job, "Foreground")
        return Result()


class Run:
    """One reconcile of one job that is not at its end."""

    def __init__(self, context: Context, recorder: EventRecorder, stored: Object, backoff: Backoff) -> None:
        self._context, self._recorder, self._stored = context, recorder, stored
        self._control = PodControl(context, recorder)
        self._now = context.clock.now()
        self.job = deep_copy(stored)
        self.status: Object = self.job.setdefault("status", {})
        self.status.setdefault("conditions", [])
        if not self.status.get("startTime") and not is_suspended(self.job):
            self.status["startTime"] = format_rfc3339(self._now)
        self.tally = Tally(self.job, claim_pods(context, stored, selector_of(stored)))
        self.backoff = backoff.add(self.tally.succeeded_pods, self.tally.failed_pods)
        self.failure: errors.StatusError | None = None
        self._active = len(self.tally.active)
        self._gone: set[str] = set()  # names of active pods that this run deleted

    def go_on(self) -> Result:
        """Make and delete pods, count, write the status, then let the counted pods go."""
        wait = None
        verdict = self.tally.judge(self._now)
        if verdict is not None:
            self._delete(self.tally.active)
        elif not self.job["metadata"].get("deletionTimestamp"):
            wait = self._manage()
            verdict = self.tally.judge_completions(self._active, self._now)
            if verdict is None:
                self._note_suspension()
        to_release = self._count(verdict)
        finished = self._conclude(verdict)
        self._write()
        for pod in to_release:
            release(self._context, pod)
        if finished is not None:
            self._record_end(finished)
        return Result(self._next_look(wait))

    def _manage(self) -> float | None:
        plan = plan_pods(self.tally, self.backoff, self._now)
        for pod in plan.delete:
            release(self._context, pod)  # before it goes, so that it does not count as a failure
        self._delete(plan.delete)
        made, self.failure = self._control.create_all(self.job, plan.create)
        self._active += len(made)
        return plan.wait

    def _delete(self, pods: Iterable[Object]) -> None:
        for pod in pods:
            self._control.delete(self.job, pod)
            self._active -= 1
            self._gone.add(pod["metadata"]["name"])

    def _note_suspension(self) -> None:
        suspended = is_suspended(self.job)
        word = "Suspended" if suspended else "Resumed"
        condition = make_condition("Suspended", str(suspended), f"Job{word}", f"Job {word.lower()}", self._now)
        if ensure_condition(self.status["conditions"], condition):
            self._recorder.event(self.job, "Normal", word, f"Job {word.lower()}")
            if not suspended:  # a start before the suspension stays until the job goes on
                self.status["startTime"] = format_rfc3339(self._now)

    def _count(self, verdict: Object | None) -> list[Object]:
        """Write the counts; return the pods that are counted by them. When a job fails, whatever still ran has failed too."""
        tally, failed, to_release = self.tally, self.tally.failed, self.tally.to_release
        if verdict is not None or self.job["metadata"].get("deletionTimestamp"):
            to_release = [pod for pod in tally.pods if is_tracked(pod)]
            if verdict is not None and verdict["type"] == FAILURE:
                counted = {pod["metadata"]["uid"] for pod in tally.failed_pods}
                failed += sum(phase_of(p) != "Succeeded" and p["metadata"]["uid"] not in counted for p in to_release)
        for field, count in (("active", self._active), ("succeeded", tally.succeeded), ("failed", failed)):
            self.status.pop(field, None)
            if count:
                self.status[field] = count
        self.status["ready"] = tally.count_ready(self._gone)
        self.status["terminating"] = tally.terminating + self._count_lingering()
        self.status["uncountedTerminatedPods"] = {}
        tally.write_indexes(self.status)
        return to_release

    def _count_lingering(self) -> int:
        """Return how many of the pods deleted just now live on for their grace period: those that are on a node."""
        return sum(bool(pod["spec"].get("nodeName")) for pod in self.tally.active if pod["metadata"]["name"] in self._gone)

    def _conclude(self, verdict: Object | None) -> Object | None:
        """Write the verdict, and when no pod is on its way out any more, the end. Return the final condition."""
        if verdict is None:
            return None
        conditions = self.status["conditions"]
        ensure_condition(conditions, verdict)
        if self.status["terminating"] or self._active:
            return None
        final = make_condition(FINAL[verdict["type"]], "True", verdict["reason"], verdict["message"], self._now)
        ensure_condition(conditions, final)
        if final["type"] == "Complete":
            self.status["completionTime"] = final["lastTransitionTime"]
        return final

    def _write(self) -> None:
        if not self.status["conditions"]:
            del self.status["conditions"]
        if self.status != self._stored.get("status"):
            self._context.client.update(JOBS, self.job, "status")

    def _record_end(self, final: Object) -> None:
        if final["type"] == "Complete":
            if self.tally.completions is not None and self.tally.succeeded > self.tally.completions:
                message = "Too many succeeded pods running after completion count reached"
                self._recorder.event(self.job, "Warning", "TooManySucceededPods", message)
            self._recorder.event(self.job, "Normal", "Completed", "Job completed")
        else:
            self._recorder.event(self.job, "Warning", final["reason"], final["message"])

    def _next_look(self, wait: float | None) -> float | None:
        left = deadline_left(self.job, self._now)
        return min((seconds for seconds in (wait, left) if seconds is not None and seconds > 0), default=None)


def _belongs_to_another(pod: Object, name: str, uid: str) -> bool:
    owner = controller_of(pod)
    return owner is not None and (owner["kind"], owner["name"]) == ("Job", name) and owner["uid"] != uid


def release(context: Context, pod: Object) -> None:
    """Take the finalizer off a pod, if it has it."""
    if not is_tracked(pod):
        return
    kept = [name for name in pod["metadata"]["finalizers"] if name != FINALIZER]
    patch_metadata(context.client, PODS, pod, {"finalizers": kept or None})


CONTROLLER = Controller("job", (Watch(JOBS), Watch(PODS, keys_by_pod(JOBS))), JobController)
