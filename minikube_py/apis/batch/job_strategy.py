"""Default values of jobs, the selector that they get, and what is warned of."""

from __future__ import annotations

from minikube_py.apis.kind import Object

CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
JOB_NAME = "batch.kubernetes.io/job-name"
OLD_CONTROLLER_UID = "controller-uid"
OLD_JOB_NAME = "job-name"
_MAX_INT32 = 2**31 - 1
_MANY = 100_000


def set_defaults(job: Object) -> None:
    """Fill in a Job."""
    job.setdefault("status", {})
    set_spec_defaults(job.setdefault("spec", {}))
    labels = job["spec"]["template"]["metadata"].get("labels")
    if labels and not job["metadata"].get("labels"):
        job["metadata"]["labels"] = dict(labels)


def set_spec_defaults(spec: Object) -> None:
    """Fill in a JobSpec, also that of a CronJob's template."""
    from minikube_py.apis.core.pod_defaults import set_template_defaults

    set_template_defaults(spec.setdefault("template", {}))
    set_counts(spec)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("manualSelector", False)
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            pattern["status"] = pattern.get("status") or "True"


def set_counts(spec: Object) -> None:
    """Fill in how many pods a job runs, and how many may fail."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6 if spec.get("backoffLimitPerIndex") is None else _MAX_INT32)


def prepare_for_create(job: Object) -> None:
    """Begin the status afresh, and make the selector and labels by which the job finds its pods."""
    job["status"] = {}
    spec, metadata = job["spec"], job["metadata"]
    if spec.get("manualSelector"):
        return
    own = {
        OLD_CONTROLLER_UID: metadata["uid"],
        CONTROLLER_UID: metadata["uid"],
        OLD_JOB_NAME: metadata["name"],
        JOB_NAME: metadata["name"],
    }
    template = spec["template"]["metadata"]
    before = template.get("labels") or {}
    template["labels"] = {**own, **before}
    if (metadata.get("labels") or {}) == before:  # taken from the template, and so it stays
        metadata["labels"] = dict(template["labels"])
    selector = spec.setdefault("selector", {})
    selector["matchLabels"] = {CONTROLLER_UID: metadata["uid"], **(selector.get("matchLabels") or {})}


def warn(job: Object) -> list[str]:
    """Return the warnings about a job."""
    from minikube_py.apis.core.pod_warnings import warn_about_template

    spec = job.get("spec") or {}
    warnings = warn_about_template(spec.get("template"))
    if (
        spec.get("completionMode") == "Indexed"
        and (spec.get("completions") or 0) > _MANY
        and (spec.get("parallelism") or 0) > 10_000
    ):
        advice = "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4"
        warnings.append(f"{advice}, Kubernetes might not be able to track completedIndexes when a big number of indexes fail")
    return warnings
