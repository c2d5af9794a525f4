"""Objects for the tests of kinds, and the way an API server takes them."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.kind import Kind

Object = dict[str, Any]
NOW = 1_800_000_000.0
TWO_MINUTES_AGO = "2027-01-15T07:58:00Z"


def make_pod(container: Object | None = None, **spec: Any) -> Object:
    """Return a pod of one container, with fields of the container and of the spec changed."""
    whole = {"name": "c", "image": "nginx", **(container or {})}
    return {"metadata": {"name": "web", "namespace": "default", "uid": "u1"}, "spec": {"containers": [whole], **spec}}


def make_workload(labels: Object | None = None, pod: Object | None = None, **spec: Any) -> Object:
    """Return a workload with a template and a selector for `app: web`."""
    template = {
        "metadata": {"labels": labels or {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}], **(pod or {})},
    }
    metadata = {"name": "web", "namespace": "default", "uid": "u1"}
    return {"metadata": metadata, "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}}


def create(kind: Kind, obj: Object) -> Object:
    """Return the object as the server would store it, unchecked."""
    made = deep_copy(obj)
    kind.set_defaults(made)
    kind.prepare_for_create(made)
    return made


def list_errors(kind: Kind, obj: Object) -> list[str]:
    """Return what the server would say of a new object."""
    return [str(error) for error in kind.validate(create(kind, obj))]


def list_update_errors(kind: Kind, new: Object, old: Object) -> list[str]:
    """Return what the server would say of a change of a stored object."""
    changed = deep_copy(new)
    kind.set_defaults(changed)
    kind.prepare_for_update(changed, old)
    return [str(error) for error in kind.validate_update(changed, old)]


def show_row(kind: Kind, obj: Object, *, wide: bool = False) -> list[Any]:
    """Return the cells of the object's row."""
    return [column.cell(obj, NOW) for column in kind.columns if wide or not column.priority]
