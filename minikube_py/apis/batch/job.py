"""Job: https://kubernetes.io/docs/concepts/workloads/controllers/job/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import CONTAINERS, IMAGES, SELECTOR
from minikube_py.component_base.clock import parse_rfc3339


def tell_status(job: Object, now: float) -> str:
    """Return the STATUS cell."""
    conditions = (job.get("status") or {}).get("conditions") or ()
    true = {c.get("type") for c in conditions if c.get("status") == "True"}
    for word in ("Complete", "Failed"):
        if word in true:
            return word
    if job["metadata"].get("deletionTimestamp"):
        return "Terminating"
    return next((word for word in ("Suspended", "FailureTarget", "SuccessCriteriaMet") if word in true), "Running")


def tell_completions(job: Object, now: float) -> str:
    """Return the COMPLETIONS cell: `1/3`, or `0/1 of 2` where workers share a queue."""
    spec, done = job.get("spec") or {}, (job.get("status") or {}).get("succeeded") or 0
    if spec.get("completions") is not None:
        return f"{done}/{spec['completions']}"
    workers = spec.get("parallelism") or 0
    return f"{done}/1 of {workers}" if workers > 1 else f"{done}/1"


def tell_duration(job: Object, now: float) -> str:
    """Return the DURATION cell: from its start to its completion, or until now."""
    from minikube_py.apimachinery.duration import human_duration

    status = job.get("status") or {}
    if not status.get("startTime"):
        return ""
    end = parse_rfc3339(status["completionTime"]) if status.get("completionTime") else now
    return human_duration(end - parse_rfc3339(status["startTime"]))


def _set_defaults(job: Object) -> None:
    from minikube_py.apis.batch.job_strategy import set_defaults

    set_defaults(job)


def _prepare_for_create(job: Object) -> None:
    from minikube_py.apis.batch.job_strategy import prepare_for_create

    prepare_for_create(job)


def _validate(job: Object) -> list[FieldError]:
    from minikube_py.apis.batch.job_validation import validate_job

    return validate_job(job)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.batch.job_validation import validate_job_update

    return validate_job_update(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.batch.job_status_validation import validate_job_status_update

    return validate_job_status_update(new, old)


def _warn(job: Object) -> list[str]:
    from minikube_py.apis.batch.job_strategy import warn

    return warn(job)


def _warn_of_update(job: Object) -> list[str]:
    from minikube_py.apis.batch.job_strategy import warn_of_update

    return warn_of_update(job)


KIND = Kind(
    group="batch",
    version="v1",
    kind="Job",
    plural="jobs",
    singular="job",
    categories=("all",),
    schema="io.k8s.api.batch.v1.Job",
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Status", tell_status),
        Column("Completions", tell_completions),
        Column("Duration", tell_duration),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
    selectable={"status.successful": lambda job: str((job.get("status") or {}).get("succeeded") or 0)},
    unselectable='field label "{}" not supported for Job',
    set_defaults=_set_defaults,
    prepare_for_create=_prepare_for_create,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
    warnings=_warn,
    update_warnings=_warn_of_update,
)
