"""Cron jobs, with the template of their jobs."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.kubectl.describe.context import Context
from minikube_py.kubectl.describe.events import write_events_of
from minikube_py.kubectl.describe.metadata import NONE, write_head
from minikube_py.kubectl.describe.pod_template import write_pod_template
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]

UNSET = "<unset>"


def describe(obj: Object, context: Context) -> None:
    """Write a cron job."""
    writer, spec, status = context.writer, obj["spec"], obj.get("status") or {}
    write_head(obj, writer)
    _write_schedule(spec, writer)
    _write_job_template(spec["jobTemplate"].get("spec") or {}, writer)
    last = status.get("lastScheduleTime")
    writer.field(0, "Last Schedule Time", format_time(last) if last else UNSET)
    active = status.get("active")
    writer.field(0, "Active Jobs", ", ".join(job.get("name", "") for job in active) if active else NONE)
    write_events_of(obj, context)


def _write_schedule(spec: Object, writer: Writer) -> None:
    writer.field(0, "Schedule", spec.get("schedule", ""))
    writer.field(0, "Concurrency Policy", spec.get("concurrencyPolicy", ""))
    suspend = spec.get("suspend")
    writer.field(0, "Suspend", UNSET if suspend is None else str(bool(suspend)))
    _write_number("Successful Job History Limit", spec.get("successfulJobsHistoryLimit"), writer)
    _write_number("Failed Job History Limit", spec.get("failedJobsHistoryLimit"), writer)
    _write_number("Starting Deadline Seconds", spec.get("startingDeadlineSeconds"), writer, "s")


def _write_number(title: str, number: int | None, writer: Writer, unit: str = "") -> None:
    writer.field(0, title, UNSET if number is None else f"{number}{unit}")


def _write_job_template(spec: Object, writer: Writer) -> None:
    selector = spec.get("selector")
    writer.field(0, "Selector", UNSET if selector is None else selector_from_object(selector))
    _write_number("Parallelism", spec.get("parallelism"), writer)
    _write_number("Completions", spec.get("completions"), writer)
    if spec.get("activeDeadlineSeconds") is not None:
        _write_number("Active Deadline Seconds", spec["activeDeadlineSeconds"], writer, "s")
    write_pod_template(spec.get("template"), writer)
