"""What a job's pods tell of it: which count as failed, how long to wait after failures, and what a new pod looks like. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.client.pod_control import make_pod
from minikube_py.component_base.clock import parse_rfc3339
from minikube_py.controller.job.indexes import INDEX

Object = dict[str, Any]
FINALIZER = "batch.kubernetes.io/job-tracking"
INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count"
INDEX_IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count"
FIRST_DELAY, MAX_DELAY = 10.0, 600.0  # seconds; doubled with each failure in a row
MAX_BASE = 57  # of `<job>-<index>`, which with a dash and five characters is a pod's name


class Match(NamedTuple):
    """What a podFailurePolicy says of a failed pod: the action, "" for no rule; the text for FailJob."""

    action: str = ""
    message: str = ""

    @property
    def counts(self) -> bool:
        """Whether the failure counts towards the backoff limit."""
        return self.action != "Ignore"


def phase_of(pod: Object) -> str:
    """Return status.phase."""
    return str((pod.get("status") or {}).get("phase") or "")


def is_tracked(pod: Object) -> bool:
    """Return whether the pod is not counted yet: the finalizer keeps it for that."""
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


def is_going(pod: Object) -> bool:
    """Return whether the pod still runs though it is deleted."""
    return bool(pod["metadata"].get("deletionTimestamp")) and phase_of(pod) not in ("Succeeded", "Failed")


def is_failed(pod: Object, job: Object) -> bool:
    """Return whether a pod is a failure: by its phase, or because it was deleted, unless the job waits for the phase then."""
    if phase_of(pod) == "Failed":
        return True
    waits = replaces_failed_only(job) and bool(pod["spec"].get("nodeName"))
    return is_going(pod) and not waits


def replaces_failed_only(job: Object) -> bool:
    """Return whether a pod on its way out is replaced only when it has ended."""
    return bool(job["spec"].get("podReplacementPolicy") == "Failed")


def match_failure_policy(job: Object, pod: Object) -> Match:
    """Return what the first matching rule of the podFailurePolicy says of a failed pod."""
    metadata = pod["metadata"]
    for number, rule in enumerate((job["spec"].get("podFailurePolicy") or {}).get("rules") or ()):
        why = ""
        if rule.get("onExitCodes"):
            status = _find_exit(pod, rule["onExitCodes"])
            if status is not None:
                who = f"Container {status['name']} for pod {metadata['namespace']}/{metadata['name']}"
                why = f"{who} failed with exit code {status['state']['terminated']['exitCode']}"
        elif (condition := _find_condition(pod, rule.get("onPodConditions") or ())) is not None:
            why = f"Pod {metadata['namespace']}/{metadata['name']} has condition {condition['type']}"
        if why:
            return Match(rule["action"], f"{why} matching {rule['action']} rule at index {number}")
    return Match()


def _find_exit(pod: Object, codes: Object) -> Object | None:
    status = pod.get("status") or {}
    for container in (*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())):
        code = ((container.get("state") or {}).get("terminated") or {}).get("exitCode", 0)
        if not code or codes.get("containerName") not in (None, container["name"]):
            continue
        if (code in codes["values"]) == (codes["operator"] == "In"):
            found: Object = container
            return found
    return None


def _find_condition(pod: Object, patterns: Iterable[Object]) -> Object | None:
    conditions = (pod.get("status") or {}).get("conditions") or ()
    for pattern in patterns:
        for condition in conditions:
            if (condition["type"], condition["status"]) == (pattern["type"], pattern.get("status", "True")):
                found: Object = condition
                return found
    return None


def count_restarts(pods: Iterable[Object]) -> int:
    """Return how often containers of pods that still run were restarted."""
    statuses = [pod.get("status") or {} for pod in pods if phase_of(pod) in ("Running", "Pending")]
    lists = [status.get(field) or () for status in statuses for field in ("initContainerStatuses", "containerStatuses")]
    return sum(container.get("restartCount", 0) for containers in lists for container in containers)


def tell_end(pod: Object) -> float:
    """Return when a pod ended: by its containers, else by its Ready condition, else by its deletion, at the earliest when it was made."""
    metadata, status = pod["metadata"], pod.get("status") or {}
    containers = status.get("containerStatuses") or ()
    ends = [end for one in containers if (end := ((one.get("state") or {}).get("terminated") or {}).get("finishedAt"))]
    if ends and len(ends) == len(containers):
        return max(map(parse_rfc3339, ends))
    ready = find_condition(status.get("conditions"), "Ready")
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse_rfc3339(ready["lastTransitionTime"])
    if metadata.get("deletionTimestamp"):
        return parse_rfc3339(metadata["deletionTimestamp"]) - (metadata.get("deletionGracePeriodSeconds") or 0)
    return parse_rfc3339(metadata["creationTimestamp"])


class Backoff(NamedTuple):
    """Failures in a row since the last success, also of pods that are gone by now, and when the last of them was."""

    failures: int = 0
    last: float = 0.0

    def add(self, succeeded: Iterable[Object], failed: Iterable[Object]) -> Backoff:
        """Return the record with pods that have just been counted."""
        success = max(map(tell_end, succeeded), default=None)
        ends = sorted(map(tell_end, failed))
        if success is None:
            return Backoff(self.failures + len(ends), ends[-1]) if ends else self
        after = [end for end in ends if end > success]
        return Backoff(len(after), after[-1]) if after else Backoff()

    def left(self, now: float) -> float:
        """Return for how many seconds no pod is made."""
        return max(0.0, self.last + delay_after(self.failures) - now) if self.failures else 0.0


def index_backoff_left(job: Object, pods: Iterable[Object], now: float) -> float:
    """Return for how many seconds an index of its own backoff limit gets no pod: as its last failure says."""
    failed = [pod for pod in pods if is_failed(pod, job)]
    if not failed:
        return 0.0
    last = max(failed, key=tell_end)
    annotations = last["metadata"].get("annotations") or {}
    before = sum(int(annotations.get(name, 0)) for name in (INDEX_FAILURES, INDEX_IGNORED_FAILURES))
    return Backoff(before + 1, tell_end(last)).left(now)


def delay_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row."""
    return min(FIRST_DELAY * 2.0 ** min(failures - 1, 30), MAX_DELAY)


def count_index_failures(job: Object, pods: Iterable[Object]) -> tuple[int, int]:
    """Return how often an index failed, by its pods: failures that count, and those that the policy ignores."""
    counted = ignored = 0
    for pod in pods:
        annotations = pod["metadata"].get("annotations") or {}
        before, ignored_before = int(annotations.get(INDEX_FAILURES, 0)), int(annotations.get(INDEX_IGNORED_FAILURES, 0))
        fails = is_failed(pod, job)
        counts = match_failure_policy(job, pod).counts
        counted = max(counted, before + (fails and counts))
        ignored = max(ignored, ignored_before + (fails and not counts))
    return counted, ignored


def is_index_failed(job: Object, pod: Object) -> bool:
    """Return whether a failed pod was the last try of its index."""
    match = match_failure_policy(job, pod)
    if match.action == "FailIndex":
        return True
    failures = int((pod["metadata"].get("annotations") or {}).get(INDEX_FAILURES, 0))
    return match.counts and failures >= int(job["spec"]["backoffLimitPerIndex"])


def make_job_pod(job: Object) -> Object:
    """Return a pod of the job, held by the finalizer until it is counted."""
    pod = make_pod(job, job["spec"]["template"])
    pod["metadata"]["finalizers"] = [*pod["metadata"].get("finalizers", []), FINALIZER]
    return pod


def make_indexed_pod(job: Object, index: int, failures: tuple[int, int]) -> Object:
    """Return the pod of an index: it knows the index by label, annotation, host name and environment."""
    pod = make_job_pod(job)
    metadata, spec, name = pod["metadata"], pod["spec"], job["metadata"]["name"]
    metadata["generateName"] = f"{f'{name}-{index}'[:MAX_BASE]}-"
    metadata["labels"] = {**metadata.get("labels", {}), INDEX: str(index)}
    metadata["annotations"] = {**metadata.get("annotations", {}), INDEX: str(index)}
    if job["spec"].get("backoffLimitPerIndex") is not None:
        metadata["annotations"][INDEX_FAILURES] = str(failures[0])
        if job["spec"].get("podFailurePolicy"):
            metadata["annotations"][INDEX_IGNORED_FAILURES] = str(failures[1])
    spec["hostname"] = f"{name}-{index}"
    variable = {"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}}
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        environment = container.setdefault("env", [])
        if not any(entry["name"] == variable["name"] for entry in environment):
            environment.append(variable)
    return pod
