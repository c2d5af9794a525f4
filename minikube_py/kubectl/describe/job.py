"""Jobs."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.duration import human_duration
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.component_base.clock import parse_rfc3339
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_controller, write_labels_and_annotations
from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

LONGEST_INDEXES = 50


def describe(obj: Object, context: Context) -> None:
    """Write a job."""
    writer = context.writer
    writer.field(0, "Name", obj["metadata"]["name"])
    writer.field(0, "Namespace", obj["metadata"].get("namespace", ""))
    writer.field(0, "Selector", selector_from_object(obj["spec"].get("selector")))
    write_labels_and_annotations(obj, writer)
    write_controller(obj, writer)
    _write_spec(obj["spec"], writer)
    _write_times(obj, writer)
    _write_pods(obj, writer)
    write_pod_template(obj["spec"]["template"], writer)
    write_events_of(obj, context)


def _write_spec(spec: Object, writer: Writer) -> None:
    if spec.get("parallelism") is not None:
        writer.field(0, "Parallelism", spec["parallelism"])
    completions = spec.get("completions")
    writer.field(0, "Completions", "<unset>" if completions is None else completions)
    if spec.get("completionMode") is not None:
        writer.field(0, "Completion Mode", spec["completionMode"])
    if spec.get("suspend") is not None:
        writer.field(0, "Suspend", "true" if spec["suspend"] else "false")
    if spec.get("backoffLimit") is not None:
        writer.field(0, "Backoff Limit", spec["backoffLimit"])
    if spec.get("ttlSecondsAfterFinished") is not None:
        writer.field(0, "TTL Seconds After Finished", spec["ttlSecondsAfterFinished"])


def _write_times(obj: Object, writer: Writer) -> None:
    status = obj.get("status") or {}
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        writer.field(0, "Start Time", format_time(start))
    if end:
        writer.field(0, "Completed At", format_time(end))
    if start and end:
        writer.field(0, "Duration", human_duration(parse_rfc3339(end) - parse_rfc3339(start)))
    if obj["spec"].get("activeDeadlineSeconds") is not None:
        writer.field(0, "Active Deadline Seconds", f"{obj['spec']['activeDeadlineSeconds']}s")


def _write_pods(obj: Object, writer: Writer) -> None:
    status = obj.get("status") or {}
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    succeeded, failed = status.get("succeeded", 0), status.get("failed", 0)
    writer.field(0, "Pods Statuses", f"{status.get('active', 0)} Active{ready} / {succeeded} Succeeded / {failed} Failed")
    if obj["spec"].get("completionMode") == "Indexed":
        writer.field(0, "Completed Indexes", shorten_indexes(status.get("completedIndexes") or ""))


def shorten_indexes(indexes: str) -> str:
    """Return a list of indexes such as `0-3,7`, cut after the first comma past 50 signs."""
    if not indexes:
        return NONE
    comma = indexes.find(",", LONGEST_INDEXES)
    return indexes if comma < 0 else indexes[: comma + 1] + "..."
