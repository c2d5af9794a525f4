"""Rules for cron jobs."""

from __future__ import annotations

import re

from minikube_py.apimachinery.cron import parse_schedule
from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apimachinery.names import CRON_JOB_NAME_MAX_LENGTH, byte_length
from minikube_py.apimachinery.time_zones import load_location
from minikube_py.apis.batch.job_validation import validate_job_spec
from minikube_py.apis.field_checks import GoValueError, check_nonnegative, check_one_of, unsupported
from minikube_py.apis.go_literals import show_label_selector
from minikube_py.apis.kind import Object

POLICIES = ("Allow", "Forbid", "Replace")
_ZONE_PART = re.compile(r"[A-Za-z.\-_0-9+]{1,14}")
_EXPLICIT = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"


def validate_cron_job(cron_job: Object) -> list[FieldError]:
    """Return what is wrong with a new cron job; its jobs' names add eleven characters to its own."""
    errors = _validate_spec(cron_job["spec"], None)
    name = cron_job["metadata"].get("name", "")
    if byte_length(name) > CRON_JOB_NAME_MAX_LENGTH:
        why = f"must be no more than {CRON_JOB_NAME_MAX_LENGTH} characters"
        errors.append(invalid("metadata.name", name, why))
    return errors


def validate_cron_job_update(new: Object, old: Object) -> list[FieldError]:
    """Return what is wrong with a changed cron job."""
    return _validate_spec(new["spec"], old["spec"])


def _validate_spec(spec: Object, old: Object | None) -> list[FieldError]:
    errors = _validate_schedule(spec, old)
    errors += check_nonnegative("spec.startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if old is None or old.get("timeZone") != spec.get("timeZone"):
        errors += _validate_time_zone(spec.get("timeZone"))
    errors += check_one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy") or "", POLICIES)
    errors += _validate_job_template((spec.get("jobTemplate") or {}).get("spec") or {}, "spec.jobTemplate.spec")
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        errors += check_nonnegative(f"spec.{field}", spec.get(field))
    return errors


def _validate_schedule(spec: Object, old: Object | None) -> list[FieldError]:
    field, schedule = "spec.schedule", spec.get("schedule") or ""
    if not schedule:
        return [required(field)]
    errors = []
    try:
        parse_schedule(schedule)
    except ValueError as error:
        errors.append(invalid(field, schedule, str(error)))
    had_zone = old is not None and "TZ" in (old.get("schedule") or "")
    if "TZ" in schedule and not had_zone:
        errors.append(invalid(field, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"))
    elif "TZ" in schedule and spec.get("timeZone") is not None:
        errors.append(invalid(field, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"))
    return errors


def _validate_time_zone(zone: str | None) -> list[FieldError]:
    """Judge a time zone by https://data.iana.org/time-zones/theory.html#naming and by what the machine knows."""
    field = "spec.timeZone"
    if zone is None:
        return []
    if not zone:
        return [invalid(field, zone, "timeZone must be nil or non-empty string")]
    parts = zone.split("/")
    if any(part in (".", "..") or part.startswith("-") or not _ZONE_PART.fullmatch(part) for part in parts):
        return [invalid(field, zone, f"unknown time zone {zone}")]
    errors = [invalid(field, zone, _EXPLICIT)] if zone.lower() == "local" else []
    try:
        load_location(zone)
    except ValueError as error:
        errors.append(invalid(field, zone, str(error)))
    return errors


def _validate_job_template(spec: Object, field: str) -> list[FieldError]:
    errors = validate_job_spec(spec, field)
    if (selector := spec.get("selector")) is not None:
        shown = show_label_selector(selector)
        errors.append(GoValueError("FieldValueInvalid", f"{field}.selector", shown, "`selector` will be auto-generated"))
    if spec.get("manualSelector"):
        errors.append(unsupported(f"{field}.manualSelector", True, ("nil", "false")))
    return errors
