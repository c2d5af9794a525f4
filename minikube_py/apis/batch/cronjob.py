"""CronJob: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME, join_images, join_names, tell_since
from minikube_py.apis.kind import Column, Kind, Object


def tell_schedule(cron_job: Object, now: float) -> str:
    """Return the SCHEDULE cell."""
    return str((cron_job.get("spec") or {}).get("schedule") or "")


def tell_time_zone(cron_job: Object, now: float) -> str:
    """Return the TIMEZONE cell."""
    zone = (cron_job.get("spec") or {}).get("timeZone")
    return "<none>" if zone is None else zone


def tell_suspend(cron_job: Object, now: float) -> str:
    """Return the SUSPEND cell."""
    suspend = (cron_job.get("spec") or {}).get("suspend")
    return "<unset>" if suspend is None else str(bool(suspend))


def count_active(cron_job: Object, now: float) -> int:
    """Return the ACTIVE cell: how many of its jobs run."""
    return len((cron_job.get("status") or {}).get("active") or ())


def tell_last_schedule(cron_job: Object, now: float) -> str:
    """Return the LAST SCHEDULE cell."""
    last = (cron_job.get("status") or {}).get("lastScheduleTime")
    return tell_since(last, now) if last else "<none>"


def _job_spec(cron_job: Object) -> Object:
    return ((cron_job.get("spec") or {}).get("jobTemplate") or {}).get("spec") or {}


def _containers(cron_job: Object) -> list[Object]:
    return ((_job_spec(cron_job).get("template") or {}).get("spec") or {}).get("containers") or []


def tell_selector(cron_job: Object, now: float) -> str:
    """Return the SELECTOR cell: that of the job's template, which has none."""
    from minikube_py.apimachinery.labels import format_label_selector

    return format_label_selector(_job_spec(cron_job).get("selector"))


def set_defaults(cron_job: Object) -> None:
    """Fill in a CronJob. The job of its template gets its own defaults when it is made, except for the pod."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    cron_job.setdefault("status", {})
    spec = cron_job.setdefault("spec", {})
    spec.setdefault("schedule", "")
    spec["concurrencyPolicy"] = spec.get("concurrencyPolicy") or "Allow"
    for field, value in (("suspend", False), ("successfulJobsHistoryLimit", 3), ("failedJobsHistoryLimit", 1)):
        spec.setdefault(field, value)
    job = spec.setdefault("jobTemplate", {})
    job.setdefault("metadata", {}).setdefault("creationTimestamp", None)
    set_template_defaults(job.setdefault("spec", {}).setdefault("template", {}))


def prepare_for_create(cron_job: Object) -> None:
    """Begin its status afresh."""
    cron_job["status"] = {}


def _validate(cron_job: Object) -> list[FieldError]:
    from minikube_py.apis.batch.cronjob_validation import validate_cron_job

    return validate_cron_job(cron_job)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.batch.cronjob_validation import validate_cron_job_update

    return validate_cron_job_update(new, old)


def _warn(cron_job: Object) -> list[str]:
    from minikube_py.apis.batch.job_strategy import warn_of_name, warn_of_spec

    return warn_of_name(cron_job) + warn_of_spec(_job_spec(cron_job), "spec.jobTemplate.spec")


def _warn_of_update(cron_job: Object) -> list[str]:
    from minikube_py.apis.batch.job_strategy import warn_of_spec

    warnings = warn_of_spec(_job_spec(cron_job), "spec.jobTemplate.spec")
    if "TZ" in tell_schedule(cron_job, 0):
        page = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"
        warnings.append(f"cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see {page} for more details")
    return warnings


KIND = Kind(
    group="batch",
    version="v1",
    kind="CronJob",
    plural="cronjobs",
    singular="cronjob",
    short_names=("cj",),
    categories=("all",),
    schema="io.k8s.api.batch.v1.CronJob",
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Schedule", tell_schedule),
        Column("Timezone", tell_time_zone),
        Column("Suspend", tell_suspend, type="boolean"),
        Column("Active", count_active, type="integer"),
        Column("Last Schedule", tell_last_schedule),
        AGE,
        Column("Containers", lambda cron_job, now: join_names(_containers(cron_job)), priority=1),
        Column("Images", lambda cron_job, now: join_images(_containers(cron_job)), priority=1),
        Column("Selector", tell_selector, priority=1),
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
    update_warnings=_warn_of_update,
)
