"""Rules for jobs."""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid, required, too_long
from minikube_py.apimachinery.gosyntax import format_go_map
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.names import byte_length, is_dns1123_label, is_domain_prefixed_path
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apimachinery.validation_meta import validate_label_selector
from minikube_py.apis.batch.indexed_validation import show_success_policy, validate_completion_mode, validate_success_policy
from minikube_py.apis.batch.job_strategy import CONTROLLER_UID, JOB_NAME, OLD_CONTROLLER_UID, OLD_JOB_NAME
from minikube_py.apis.batch.pod_failure_policy import show_pod_failure_policy, validate_pod_failure_policy
from minikube_py.apis.core.pod_template import check_template_labels, validate_template
from minikube_py.apis.field_checks import GoValueError, check_by, check_immutable, check_nonnegative, unsupported
from minikube_py.apis.go_literals import show_label_selector
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

MAX_MANAGED_BY = 63
_COUNTS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"),
    *("backoffLimitPerIndex", "maxFailedIndexes"),
)
_UNTIL_STARTED = ("nodeSelector", "tolerations", "schedulingGates")


def validate_job(job: Object) -> list[FieldError]:
    """Return what is wrong with a job whose selector has been made."""
    spec, metadata = job.get("spec") or {}, job["metadata"]
    errors = [] if spec.get("manualSelector") else _validate_generated_selector(job)
    errors += _validate_whole_spec(spec)
    if spec.get("completionMode") == "Indexed" and spec.get("completions"):
        hostname = f"{metadata['name']}-{spec['completions'] - 1}"
        if is_dns1123_label(hostname):
            why = f"will not able to create pod with invalid DNS label: {hostname}"
            errors.append(invalid("metadata.name", metadata["name"], why))
    return errors


def _validate_whole_spec(spec: Object) -> list[FieldError]:
    errors, selector = validate_job_spec(spec, "spec"), spec.get("selector")
    errors += [required("spec.selector")] if selector is None else validate_label_selector(selector, "spec.selector")
    try:
        matches = selector_from_object(selector).matches
    except ValueError:  # said already
        return errors
    return errors + check_template_labels(spec.get("template") or {}, matches)


def _validate_generated_selector(job: Object) -> list[FieldError]:
    spec, metadata = job["spec"], job["metadata"]
    if (selector := spec.get("selector")) is None:
        return []
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    expected = {OLD_CONTROLLER_UID: metadata["uid"], OLD_JOB_NAME: metadata.get("name", "")}
    expected |= {CONTROLLER_UID: metadata["uid"], JOB_NAME: metadata["name"]}
    errors: list[FieldError] = []
    for key, value in expected.items():
        path = f"spec.template.metadata.labels[{key}]"
        if key not in labels:
            errors.append(required(path, f"must be '{value}'"))
        elif labels[key] != value:
            errors.append(GoValueError("FieldValueInvalid", path, format_go_map(labels), f"must be '{value}'"))
    try:
        is_own = selector_from_object(selector).matches(expected)
    except ValueError:
        is_own = True  # what is wrong with it is told elsewhere
    if not is_own:
        errors.append(
            GoValueError("FieldValueInvalid", "spec.selector", show_label_selector(selector), "`selector` not auto-generated")
        )
    return errors


def validate_job_spec(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a JobSpec, all but its selector."""
    errors = [error for name in _COUNTS for error in check_nonnegative(f"{field}.{name}", spec.get(name))]
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        errors.append(required(f"{field}.backoffLimitPerIndex", "when maxFailedIndexes is specified"))
    if (manager := spec.get("managedBy")) is not None:
        errors += (
            check_by(f"{field}.managedBy", manager, is_domain_prefixed_path) if manager else [required(f"{field}.managedBy")]
        )
        if byte_length(manager) > MAX_MANAGED_BY:
            errors.append(too_long(f"{field}.managedBy", MAX_MANAGED_BY))
    errors += validate_completion_mode(spec, field)
    if (policy := spec.get("podFailurePolicy")) is not None:
        errors += validate_pod_failure_policy(policy, spec, f"{field}.podFailurePolicy")
    if (success := spec.get("successPolicy")) is not None:
        errors += validate_success_policy(success, spec, f"{field}.successPolicy")
    replacement = spec.get("podReplacementPolicy")
    allowed = ("Failed",) if policy is not None else ("Failed", "TerminatingOrFailed")
    if replacement is not None and replacement not in allowed:
        errors.append(unsupported(f"{field}.podReplacementPolicy", replacement, allowed))
    errors += validate_template(spec.get("template") or {}, f"{field}.template")
    return errors + _validate_restart_policy(spec, f"{field}.template.spec.restartPolicy")


def _validate_restart_policy(spec: Object, field: str) -> list[FieldError]:
    policy = ((spec.get("template") or {}).get("spec") or {}).get("restartPolicy") or ""
    if policy in ("", "Always"):
        return [required(field, 'valid values: "OnFailure", "Never"')]
    if policy not in ("OnFailure", "Never"):
        return [unsupported(field, policy, ("OnFailure", "Never"))]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        return [invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    return []


def validate_job_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change of a job; what it runs is fixed."""
    after, before = new["spec"], old["spec"]
    errors = _validate_whole_spec(after) + _check_completions(after, before)
    errors += check_immutable(
        "spec.selector", after.get("selector"), before.get("selector"), show_label_selector(after.get("selector"))
    )
    errors += _check_template(after, old)
    shown = {"podFailurePolicy": show_pod_failure_policy, "successPolicy": show_success_policy}
    for name in ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"):
        value = after.get(name)
        errors += check_immutable(f"spec.{name}", value, before.get(name), shown[name](value) if name in shown else None)
    return errors


def _check_completions(after: Object, before: Object) -> list[FieldError]:
    new, old = after.get("completions"), before.get("completions")
    if before.get("completionMode") != "Indexed" or new is None or old is None:
        return check_immutable("spec.completions", new, old)
    if new == old or new == after.get("parallelism"):
        return []
    return [invalid("spec.completions", new, "can only be modified in tandem with spec.parallelism")]


def _check_template(after: Object, old: Object) -> list[FieldError]:
    before, template = old["spec"], after["template"]
    if before.get("suspend") and not (old.get("status") or {}).get("startTime"):
        template = deep_copy(template)
        for name in _UNTIL_STARTED:
            _put_back(template["spec"], before["template"]["spec"], name)
        for name in ("labels", "annotations"):
            _put_back(template["metadata"], before["template"]["metadata"], name)
        _put_back_node_affinity(template["spec"], before["template"]["spec"])
    shown = show_go("core.PodTemplateSpec", after["template"])
    return check_immutable("spec.template", template, before["template"], shown)


def _put_back_node_affinity(spec: Object, before: Object) -> None:
    """Undo a change of node affinity, which is free while a job has not begun; affinity to pods is not."""
    held = {k: v for k, v in (spec.get("affinity") or {}).items() if k != "nodeAffinity"}
    had = before.get("affinity")
    if had is not None and "nodeAffinity" in had:
        held["nodeAffinity"] = had["nodeAffinity"]
    if held or had is not None:
        spec["affinity"] = held
    else:
        spec.pop("affinity", None)


def _put_back(target: Object, source: Object, name: str) -> None:
    if name in source:
        target[name] = source[name]
    else:
        target.pop(name, None)
