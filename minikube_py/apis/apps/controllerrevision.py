"""ControllerRevision: what a workload was once. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object


def tell_controller(revision: Object, now: float) -> str:
    """Return the CONTROLLER cell: `statefulset.apps/web`."""
    from minikube_py.apimachinery.unstructured import controller_of

    owner = controller_of(revision)
    if owner is None:
        return "<none>"
    group = owner["apiVersion"].rpartition("/")[0]
    return f"{'.'.join(filter(None, (owner['kind'], group))).lower()}/{owner['name']}"


def set_defaults(revision: Object) -> None:
    """Write the number, which always stands."""
    revision.setdefault("revision", 0)


def validate(revision: Object) -> list[FieldError]:
    """Check that there is data, and the number."""
    from minikube_py.apimachinery.errors import required
    from minikube_py.apis.field_checks import check_nonnegative

    missing = [required("data", "data is mandatory")] if revision.get("data") is None else []
    return missing + check_nonnegative("revision", revision.get("revision"))


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse other data."""
    from minikube_py.apis.field_checks import check_immutable
    from minikube_py.apis.go_literals import show_unknown

    after, before = new.get("data"), old.get("data")
    return validate(new) + check_immutable("data", after, before, show_unknown(after))


KIND = Kind(
    group="apps",
    version="v1",
    kind="ControllerRevision",
    plural="controllerrevisions",
    singular="controllerrevision",
    schema="io.k8s.api.apps.v1.ControllerRevision",
    status=False,
    columns=(
        NAME,
        Column("Controller", tell_controller),
        Column("Revision", lambda revision, now: revision.get("revision") or 0),
        AGE,
    ),
    set_defaults=set_defaults,
    validate=validate,
    validate_update=validate_update,
)
