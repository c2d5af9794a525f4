"""Default values of jobs, the selector that they get, and what is warned of."""

from __future__ import annotations

from minikube_py.apis.kind import Object

CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
JOB_NAME = "batch.kubernetes.io/job-name"
OLD_CONTROLLER_UID = "controller-uid"
OLD_JOB_NAME = "job-name"
_MAX_INT32 = 2**31 - 1
_MANY = 100_000
_MANY_AT_ONCE = 10_000


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
    name = metadata.get("name", "")  # a job without one is refused after this
    own = {OLD_CONTROLLER_UID: metadata["uid"], CONTROLLER_UID: metadata["uid"], OLD_JOB_NAME: name, JOB_NAME: name}
    template = spec["template"]["metadata"]
    before = template.get("labels") or {}
    template["labels"] = {**own, **before}
    if (metadata.get("labels") or {}) == before:  # taken from the template, and so it stays
        metadata["labels"] = dict(template["labels"])
    selector = spec.setdefault("selector", {})
    selector["matchLabels"] = {CONTROLLER_UID: metadata["uid"], **(selector.get("matchLabels") or {})}


def warn(job: Object) -> list[str]:
    """Return the warnings about a new job."""
    return warn_of_name(job) + warn_of_update(job)


def warn_of_update(job: Object) -> list[str]:
    """Return the warnings about a changed job, whose name is as it was."""
    return warn_of_spec(job.get("spec") or {}, "spec")


def warn_of_name(obj: Object) -> list[str]:
    """Return a warning where the name of a Job or CronJob is no label, which the names of its pods' hosts must be."""
    from minikube_py.apimachinery.names import is_dns1123_label

    problems = is_dns1123_label(obj["metadata"].get("name") or "")
    if not problems:
        return []
    advice = "this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended"
    return [f"metadata.name: {advice}: [{' '.join(problems)}]"]


def warn_of_spec(spec: Object, field: str) -> list[str]:
    """Return the warnings about the JobSpec at `field`."""
    from minikube_py.apis.core.pod_warnings import warn_about_template

    warnings = []
    is_large = (spec.get("completions") or 0) > _MANY and (spec.get("parallelism") or 0) > _MANY_AT_ONCE
    if spec.get("completionMode") == "Indexed" and is_large:
        advice = "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4"
        problem = "Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        warnings.append(f"{field}: {advice}, {problem}")
    return warnings + warn_about_template(spec.get("template"), f"{field}.template")
