"""Rules for the status of a job, which may be written by controllers of others' too (spec.managedBy): KEP-4368."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, required
from minikube_py.apimachinery.unstructured import is_condition_true
from minikube_py.apis.batch.indexed_validation import count_indexes
from minikube_py.apis.field_checks import check_nonnegative, invalid_omitted
from minikube_py.apis.kind import Object
from minikube_py.component_base.clock import parse_rfc3339

COUNTS = ("active", "succeeded", "failed", "ready", "terminating")
CONDITIONS = "status.conditions"
EXCLUSIVE = (  # conditions that are not true together, with upstream's words
    ("Complete", "Failed", "cannot set Complete=True and Failed=true conditions"),
    ("Complete", "FailureTarget", "cannot set Complete=True and FailureTarget=true conditions"),
    ("SuccessCriteriaMet", "Failed", "cannot set SuccessCriteriaMet=True and Failed=true conditions"),
    ("SuccessCriteriaMet", "FailureTarget", "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"),
)
FORERUNNERS = (
    ("Failed", "FailureTarget", "cannot set Failed=True condition without the FailureTarget=true condition"),
    ("Complete", "SuccessCriteriaMet", "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
)


def validate_job_status_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a status; what was so before and did not change is let be."""
    status, before = new.get("status") or {}, old.get("status") or {}
    errors = [error for name in COUNTS for error in check_nonnegative(f"status.{name}", status.get(name))]
    errors += _validate_uncounted(status.get("uncountedTerminatedPods") or {})
    errors += _validate_conditions(status, before) + _validate_times(status, before)
    errors += _validate_finished(status, before) + _validate_indexes(new, before)
    if (status.get("failed") or 0) < (before.get("failed") or 0):
        errors.append(invalid("status.failed", status.get("failed") or 0, "cannot decrease the failed counter"))
    spec = new["spec"]
    is_elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    if (status.get("succeeded") or 0) < (before.get("succeeded") or 0) and not is_elastic:
        errors.append(invalid("status.succeeded", status.get("succeeded") or 0, "cannot decrease the succeeded counter"))
    return errors


def _has(status: Object, kind: str) -> bool:
    return is_condition_true(status.get("conditions"), kind)


def _differs(status: Object, before: Object, *kinds: str) -> bool:
    return any(_has(status, kind) != _has(before, kind) for kind in kinds)


def _is_finished(status: Object) -> bool:
    return _has(status, "Complete") or _has(status, "Failed")


def _validate_uncounted(uncounted: Object) -> list[FieldError]:
    errors, seen = [], set()
    for name in ("succeeded", "failed"):
        for index, uid in enumerate(uncounted.get(name) or ()):
            path = f"status.uncountedTerminatedPods.{name}[{index}]"
            if not uid:
                errors.append(invalid(path, uid, "must not be empty"))
            elif uid in seen:
                errors.append(duplicate(path, uid))
            seen.add(uid)
    return errors


def _validate_conditions(status: Object, before: Object) -> list[FieldError]:
    errors = []
    for first, second, why in EXCLUSIVE:
        if _has(status, first) and _has(status, second):
            errors.append(invalid_omitted(CONDITIONS, why))
    for kind, forerunner, why in FORERUNNERS:
        if _differs(status, before, kind, forerunner) and _has(status, kind) and not _has(status, forerunner):
            errors.append(invalid_omitted(CONDITIONS, why))
    for kind in ("Failed", "Complete", "FailureTarget"):
        if _has(before, kind) and not _has(status, kind):
            errors.append(invalid_omitted(CONDITIONS, f"cannot disable the terminal {kind}=True condition"))
    if _has(before, "SuccessCriteriaMet") and not _has(status, "SuccessCriteriaMet"):
        errors.append(invalid_omitted(CONDITIONS, "cannot disable the SuccessCriteriaMet=True condition"))
    return errors


def _validate_times(status: Object, before: Object) -> list[FieldError]:
    start, end, field = status.get("startTime"), status.get("completionTime"), "status.completionTime"
    is_complete, errors = _has(status, "Complete"), []
    if end != before.get("completionTime") or _differs(status, before, "Complete"):
        if end and not is_complete:
            errors.append(invalid(field, end, "cannot set completionTime when there is no Complete=True condition"))
        if is_complete and not end:
            errors.append(required(field, "completionTime is required for Complete jobs"))
    if start and end and parse_rfc3339(end) < parse_rfc3339(start):
        errors.append(invalid(field, end, "completionTime cannot be set before startTime"))
    if end and before.get("completionTime") and end != before["completionTime"]:
        errors.append(invalid(field, end, "completionTime cannot be mutated"))
    return errors


def _validate_finished(status: Object, before: Object) -> list[FieldError]:
    """A job at its end has begun, and no pods any more."""
    ends, errors = _differs(status, before, "Complete", "Failed"), []
    for field in ("active", "terminating"):
        count = status.get(field) or 0
        if _is_finished(status) and count > 0 and (ends or count != before.get(field)):
            errors.append(invalid(f"status.{field}", count, f"{field}>0 is invalid for finished job"))
    if _is_finished(status) and not status.get("startTime") and (ends or before.get("startTime")):
        errors.append(required("status.startTime", "startTime is required for finished job"))
    ready, active = status.get("ready"), status.get("active") or 0
    if ready is not None and ready > active and (ready, active) != (before.get("ready"), before.get("active") or 0):
        errors.append(invalid("status.ready", ready, "cannot set more ready pods than active"))
    return errors


def _validate_indexes(job: Object, before: Object) -> list[FieldError]:
    spec, status = job["spec"], job.get("status") or {}
    completed, failed = status.get("completedIndexes") or "", status.get("failedIndexes")
    errors: list[FieldError] = []
    if completed != (before.get("completedIndexes") or "") and completed:
        if spec.get("completionMode") != "Indexed":
            why = "cannot set non-empty completedIndexes when non-indexed completion mode"
            errors.append(invalid("status.completedIndexes", completed, why))
        errors += _check_indexes("completedIndexes", completed, spec.get("completions"))
    if failed is not None and failed != before.get("failedIndexes"):
        if spec.get("backoffLimitPerIndex") is None:
            why = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
            errors.append(invalid("status.failedIndexes", failed, why))
        else:
            errors += _check_indexes("failedIndexes", failed, spec.get("completions"))
    return errors


def _check_indexes(name: str, text: str, completions: int | None) -> list[FieldError]:
    if completions is None:
        return []
    try:
        count_indexes(text, completions)
    except ValueError as error:
        return [invalid(f"status.{name}", text, f"error parsing {name}: {error}")]
    return []
