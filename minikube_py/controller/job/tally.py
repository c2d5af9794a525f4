"""How a job stands: its pods counted, and whether that makes it a success or a failure. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.unstructured import find_condition, is_condition_true
from minikube_py.client.pod_control import is_active, is_ready
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339
from minikube_py.controller.job.indexes import format_indexes, index_of, parse_indexes
from minikube_py.controller.job.pods import (
    count_restarts,
    is_failed,
    is_going,
    is_index_failed,
    is_tracked,
    match_failure_policy,
    phase_of,
)

Object = dict[str, Any]
SUCCESS, FAILURE = "SuccessCriteriaMet", "FailureTarget"
FINAL = {SUCCESS: "Complete", FAILURE: "Failed"}


def is_finished(job: Object) -> bool:
    """Return whether the job is Complete or Failed."""
    conditions = (job.get("status") or {}).get("conditions")
    return any(is_condition_true(conditions, kind) for kind in FINAL.values())


def is_suspended(job: Object) -> bool:
    """Return whether the job is to have no pods for now."""
    return bool(job["spec"].get("suspend"))


def is_indexed(job: Object) -> bool:
    """Return whether each pod of the job has an index of its own."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def make_condition(kind: str, status: str, reason: str, message: str, now: float) -> Object:
    """Return a condition of a job."""
    stamp = format_rfc3339(now)
    times = {"lastProbeTime": stamp, "lastTransitionTime": stamp}
    return {"type": kind, "status": status, **times, "reason": reason, "message": message}


def ensure_condition(conditions: list[Object], condition: Object) -> bool:
    """Put a condition in place of the one of its type; one that is False is not added anew. Return whether that changed anything."""
    current = find_condition(conditions, condition["type"])
    if current is None:
        if condition["status"] != "False":
            conditions.append(condition)
        return bool(condition["status"] != "False")
    if all(current.get(field) == condition[field] for field in ("status", "reason", "message")):
        return False
    current.update(condition)
    return True


class Tally:
    """The count of a job's pods. `new_*` are the pods that no status has counted yet."""

    def __init__(self, job: Object, pods: list[Object]) -> None:
        self.job, self.pods = job, pods
        spec, status = job["spec"], job.get("status") or {}
        self.completions: int | None = spec.get("completions")
        self.active = [pod for pod in pods if is_active(pod)]
        self.terminating = sum(map(is_going, pods))
        tracked = [pod for pod in pods if is_tracked(pod)]
        valid = [pod for pod in tracked if self._has_valid_index(pod)]
        self.succeeded_pods = [pod for pod in valid if phase_of(pod) == "Succeeded"]
        self.failed_pods = [pod for pod in valid if is_failed(pod, job)]
        self.counted_failures = [pod for pod in self.failed_pods if match_failure_policy(job, pod).counts]
        self.to_release = [pod for pod in tracked if phase_of(pod) == "Succeeded" or is_failed(pod, job)]
        self.failed = (status.get("failed") or 0) + len(self.counted_failures)
        self.succeeded_indexes: set[int] = set()
        self.failed_indexes: set[int] = set()
        if is_indexed(job):
            self._count_indexes(status)
            self.succeeded = len(self.succeeded_indexes)
        else:
            self.succeeded = (status.get("succeeded") or 0) + len(self.succeeded_pods)

    def _has_valid_index(self, pod: Object) -> bool:
        if not is_indexed(self.job):
            return True
        index = index_of(pod)
        return index is not None and index < (self.completions or 0)

    def _count_indexes(self, status: Object) -> None:
        total = self.completions or 0
        self.succeeded_indexes = parse_indexes(status.get("completedIndexes"), total)
        self.succeeded_indexes |= {index for pod in self.succeeded_pods if (index := index_of(pod)) is not None}
        if self.job["spec"].get("backoffLimitPerIndex") is None:
            return
        self.failed_indexes = parse_indexes(status.get("failedIndexes"), total)
        for pod in self.failed_pods:
            index = index_of(pod)
            if index is not None and index not in self.succeeded_indexes and is_index_failed(self.job, pod):
                self.failed_indexes.add(index)

    def count_ready(self, gone: set[str]) -> int:
        """Return how many active pods are ready, without those of these names."""
        return sum(is_ready(pod) for pod in self.active if pod["metadata"]["name"] not in gone)

    def judge(self, now: float) -> Object | None:
        """Return the condition FailureTarget or SuccessCriteriaMet that the job has or now gets, or None. Failures come first."""
        conditions = (self.job.get("status") or {}).get("conditions")
        for kind in (SUCCESS, FAILURE):
            if is_condition_true(conditions, kind):
                return find_condition(conditions, kind)
        failure = self._find_failure(now)
        if failure:
            return make_condition(FAILURE, "True", *failure, now)
        if is_indexed(self.job) and (rule := self._match_success_policy()) is not None:
            return make_condition(SUCCESS, "True", "SuccessPolicy", f"Matched rules at index {rule}", now)
        return None

    def judge_completions(self, active: int, now: float) -> Object | None:
        """Return SuccessCriteriaMet when enough pods succeeded and none is left running."""
        enough = self.succeeded > 0 if self.completions is None else self.succeeded >= self.completions
        if not enough or active:
            return None
        return make_condition(SUCCESS, "True", "CompletionsReached", "Reached expected number of succeeded pods", now)

    def _find_failure(self, now: float) -> tuple[str, str] | None:
        spec = self.job["spec"]
        for pod in self.pods:
            if is_failed(pod, self.job) and (match := match_failure_policy(self.job, pod)).action == "FailJob":
                return "PodFailurePolicy", match.message
        if self.failed > spec["backoffLimit"] or self._is_past_restarts():
            return "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        if (left := deadline_left(self.job, now)) is not None and left <= 0:
            return "DeadlineExceeded", "Job was active longer than specified deadline"
        if not self.failed_indexes:
            return None
        if spec.get("maxFailedIndexes") is not None and len(self.failed_indexes) > spec["maxFailedIndexes"]:
            return "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
        if len(self.failed_indexes | self.succeeded_indexes) >= (self.completions or 0):
            return "FailedIndexes", "Job has failed indexes"
        return None

    def _is_past_restarts(self) -> bool:
        spec = self.job["spec"]
        if spec["template"]["spec"].get("restartPolicy") != "OnFailure":
            return False
        return count_restarts(self.pods) >= max(int(spec["backoffLimit"]), 1)

    def _match_success_policy(self) -> int | None:
        for number, rule in enumerate((self.job["spec"].get("successPolicy") or {}).get("rules") or ()):
            done, wanted = self.succeeded_indexes, rule.get("succeededCount")
            if rule.get("succeededIndexes") is not None:
                named = parse_indexes(rule["succeededIndexes"], self.completions or 0)
                done, wanted = done & named, len(named) if wanted is None else wanted
            if wanted is not None and len(done) >= wanted:
                return number
        return None

    def write_indexes(self, status: Object) -> None:
        """Write the indexes into a status."""
        if not is_indexed(self.job):
            return
        status.pop("completedIndexes", None)
        if self.succeeded_indexes:
            status["completedIndexes"] = format_indexes(self.succeeded_indexes)
        if self.job["spec"].get("backoffLimitPerIndex") is not None:
            status["failedIndexes"] = format_indexes(self.failed_indexes)


def deadline_left(job: Object, now: float) -> float | None:
    """Return the seconds until the job's activeDeadlineSeconds, or None where it has none or does not run."""
    deadline, start = job["spec"].get("activeDeadlineSeconds"), (job.get("status") or {}).get("startTime")
    if deadline is None or not start or is_suspended(job):
        return None
    return parse_rfc3339(start) + float(deadline) - now


def expiry_left(job: Object, now: float) -> float | None:
    """Return the seconds until a finished job is to be deleted, or None where it stays."""
    ttl = job["spec"].get("ttlSecondsAfterFinished")
    if ttl is None:
        return None
    conditions = (job.get("status") or {}).get("conditions")
    ends = [c for kind in FINAL.values() if (c := find_condition(conditions, kind)) is not None and c["status"] == "True"]
    if not ends:
        return None
    return (
        parse_rfc3339(ends[0]["lastTransitionTime"]) + 1.0 + float(ttl) - now
    )  # the stamp is cut to whole seconds: never too soon
