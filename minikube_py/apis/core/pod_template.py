"""What kinds that make pods share: their templates' defaults, rules and warnings."""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError, forbidden, required
from minikube_py.apimachinery.gosyntax import format_go_map
from minikube_py.apimachinery.labels import Selector
from minikube_py.apimachinery.validation_meta import validate_annotations, validate_labels
from minikube_py.apis.core.pod_annotations import check_profile_annotations, validate_pod_annotations
from minikube_py.apis.core.pod_validation import validate_pod_spec
from minikube_py.apis.field_checks import GoValueError, unsupported
from minikube_py.apis.kind import Object

MISMATCH = "`selector` does not match template `labels`"


def validate_template(template: Object, field: str = "spec.template") -> list[FieldError]:
    """Return what is wrong with the PodTemplateSpec at `field`."""
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    errors = validate_labels(metadata.get("labels"), f"{field}.labels")
    errors += validate_annotations(metadata.get("annotations"), f"{field}.annotations")
    errors += validate_pod_annotations(metadata.get("annotations"), spec, f"{field}.annotations")
    errors += validate_pod_spec(spec, f"{field}.spec")
    errors += check_profile_annotations(metadata, spec, f"{field}.spec")
    if spec.get("ephemeralContainers"):
        errors.append(forbidden(f"{field}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"))
    return errors


def check_template_labels(
    template: Object, matches: Callable[[dict[str, str]], bool], field: str = "spec.template"
) -> list[FieldError]:
    """Return an error where a workload's selector would not find the pods of its own template."""
    labels = (template.get("metadata") or {}).get("labels")
    if matches(labels or {}):
        return []
    return [GoValueError("FieldValueInvalid", f"{field}.metadata.labels", format_go_map(labels), MISMATCH)]


def validate_running_template(template: Object | None, selector: Selector, owner: str) -> list[FieldError]:
    """Return what is wrong with the template of a workload whose pods never end: `owner` is its kind."""
    if template is None:
        return [required("spec.template")]
    errors = check_template_labels(template, selector.matches) + validate_template(template)
    return errors + check_always_running(template, owner)


def check_always_running(template: Object, owner: str) -> list[FieldError]:
    """Return an error for each thing that lets the pods of a template end: `owner` is the workload's kind."""
    errors, spec = [], template.get("spec") or {}
    if (policy := spec.get("restartPolicy")) != "Always":
        errors.append(unsupported("spec.template.spec.restartPolicy", policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {owner} is not Supported"
        errors.append(forbidden("spec.template.spec.activeDeadlineSeconds", why))
    return errors
