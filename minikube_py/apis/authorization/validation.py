"""What questions about access must say. Upstream: pkg/apis/authorization/validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minikube_py.apimachinery.errors import FieldError, invalid, required
from minikube_py.apis.kind import Object

CREATE_ONLY = ("create",)
RESOURCE, OTHER = "resourceAttributes", "nonResourceAttributes"


def validate_question(review: Object) -> list[FieldError]:
    """Judge what is asked about: either a resource or a path, and nothing in the metadata."""
    return [*_judge_target(review.get("spec") or {}), *_judge_metadata(review, namespaced=False)]


def validate_subject_question(review: Object) -> list[FieldError]:
    """Judge a question about anybody."""
    spec = review.get("spec") or {}
    return [*_judge_target(spec), *_judge_subject(spec), *_judge_metadata(review, namespaced=False)]


def validate_local_question(review: Object) -> list[FieldError]:
    """Judge a question about anybody in one namespace."""
    spec = review.get("spec") or {}
    errors = [*_judge_target(spec), *_judge_subject(spec), *_judge_metadata(review, namespaced=True)]
    asked = spec.get(RESOURCE)
    if asked is not None and (asked.get("namespace") or "") != review["metadata"].get("namespace", ""):
        errors.append(invalid(f"spec.{RESOURCE}.namespace", asked.get("namespace") or "", "must match metadata.namespace"))
    if spec.get(OTHER) is not None:
        errors.append(invalid(f"spec.{OTHER}", spec[OTHER], "disallowed on this kind of request"))
    return errors


def _judge_target(spec: Object) -> Iterator[FieldError]:
    resource, other = spec.get(RESOURCE), spec.get(OTHER)
    if resource is not None and other is not None:
        yield invalid(f"spec.{OTHER}", other, f"cannot be specified in combination with {RESOURCE}")
    if resource is None and other is None:
        yield invalid(f"spec.{RESOURCE}", None, f"exactly one of {OTHER} or {RESOURCE} must be specified")
    for name in ("fieldSelector", "labelSelector"):
        if (selector := (resource or {}).get(name)) is not None:
            yield from _judge_selector(f"spec.{RESOURCE}.{name}", selector)


def _judge_selector(path: str, selector: Object) -> Iterator[FieldError]:
    raw, requirements = selector.get("rawSelector"), selector.get("requirements")
    if raw and requirements:
        yield invalid(f"{path}.rawSelector", raw, "may not specified at the same time as requirements")
    if not raw and not requirements:
        yield required(f"{path}.requirements", f"when {path} is specified, requirements or rawSelector is required")


def _judge_subject(spec: Object) -> Iterator[FieldError]:
    if not spec.get("user") and not spec.get("groups"):
        yield invalid("spec.user", "", "at least one of user or group must be specified")


def _judge_metadata(review: Object, *, namespaced: bool) -> Iterator[FieldError]:
    ignored = {"managedFields", "creationTimestamp", *(["namespace"] if namespaced else [])}
    given: dict[str, Any] = {key: value for key, value in review["metadata"].items() if key not in ignored and value}
    if given:
        yield invalid("metadata", given, "must be empty except for namespace" if namespaced else "must be empty")
