"""The jobs of a cron job: what a new one looks like, and which old ones go. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from minikube_py.apimachinery.time_zones import load_location
from minikube_py.apimachinery.unstructured import deep_copy, is_condition_true
from minikube_py.client.adoption import new_controller_reference
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
FINISHED = ("Complete", "Failed")


def name_job(cron_job: Object, scheduled: float) -> str:
    """Return the name of the job of one start: the minute is in it, so no start makes two jobs."""
    return f"{cron_job['metadata']['name']}-{int(scheduled) // 60}"


def make_job(cron_job: Object, scheduled: float) -> Object:
    """Return the job of the start at a time."""
    template = deep_copy(cron_job["spec"]["jobTemplate"])
    inner = template.get("metadata") or {}
    zone = load_location(cron_job["spec"].get("timeZone") or "")
    stamp = datetime.fromtimestamp(int(scheduled), zone).isoformat().replace("+00:00", "Z")
    metadata: Object = {
        "name": name_job(cron_job, scheduled),
        "namespace": cron_job["metadata"]["namespace"],
        "creationTimestamp": format_rfc3339(scheduled),
        "annotations": {**(inner.get("annotations") or {}), SCHEDULED: stamp},
        "ownerReferences": [new_controller_reference(cron_job)],
    }
    if inner.get("labels"):
        metadata["labels"] = inner["labels"]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template.get("spec") or {}}


def tell_end(job: Object) -> str:
    """Return `Complete` or `Failed`, or the empty text for a job that goes on."""
    conditions = (job.get("status") or {}).get("conditions")
    return next((word for word in FINISHED if is_condition_true(conditions, word)), "")


def choose_surplus(jobs: list[Object], limit: int | None, end: str) -> list[Object]:
    """Return those jobs with this end that are more than the history holds, the oldest first."""
    if limit is None:
        return []
    ended = sorted((job for job in jobs if tell_end(job) == end), key=_age_rank)
    return ended[: max(0, len(ended) - limit)]


def _age_rank(job: Object) -> tuple[bool, str, str]:
    start = (job.get("status") or {}).get("startTime") or ""
    return not start, start, job["metadata"]["name"]
