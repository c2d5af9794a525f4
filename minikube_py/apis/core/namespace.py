"""Namespace: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

NAME_LABEL = "kubernetes.io/metadata.name"
FINALIZER = "kubernetes"


def _tell_phase(namespace: Object) -> str:
    return (namespace.get("status") or {}).get("phase") or ""


def set_defaults(namespace: Object) -> None:
    """Label a namespace with its own name, so that selectors find it."""
    metadata = namespace["metadata"]
    namespace.setdefault("spec", {})
    namespace.setdefault("status", {})
    if name := metadata.get("name"):
        metadata["labels"] = {**(metadata.get("labels") or {}), NAME_LABEL: name}


def prepare_for_create(namespace: Object) -> None:
    """Make it active, held by the finalizer that empties it."""
    set_defaults(namespace)
    finalizers = namespace["spec"].get("finalizers") or []
    namespace["spec"]["finalizers"] = finalizers if FINALIZER in finalizers else [*finalizers, FINALIZER]
    namespace["status"] = {"phase": "Active"}


def prepare_for_update(new: Object, old: Object) -> None:
    """Keep the finalizers, which change by the finalize subresource only."""
    new["spec"] = old.get("spec") or {}


def validate(namespace: Object) -> list[FieldError]:
    """Check the finalizers."""
    from minikube_py.apimachinery.errors import invalid
    from minikube_py.apimachinery.validation_meta import judge_finalizer

    finalizers = (namespace.get("spec") or {}).get("finalizers") or ()
    return [invalid("spec.finalizers", name, why) for name in finalizers for why in judge_finalizer(name)]


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Accept any change: there is nothing in the spec that could have changed."""
    return []


def prepare_for_finalize(new: Object, old: Object) -> None:
    """Take the finalizers as they are given: this is where they change."""


def validate_finalize(new: Object, old: Object) -> list[FieldError]:
    """Check the finalizers that are to be left."""
    return validate(new)


def validate_status_update(new: Object, old: Object) -> list[FieldError]:
    """Check that the phase says whether it is being deleted."""
    from minikube_py.apimachinery.errors import invalid

    phase, leaving = _tell_phase(new), bool(new["metadata"].get("deletionTimestamp"))
    if phase == ("Terminating" if leaving else "Active"):
        return []
    allowed, state = ("Terminating", "is not empty") if leaving else ("Active", "is empty")
    why = f"may only be '{allowed}' if `deletionTimestamp` {state}"
    return [invalid("status.Phase", phase, why)]


KIND = Kind(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    singular="namespace",
    short_names=("ns",),
    schema="io.k8s.api.core.v1.Namespace",
    namespaced=False,
    subresources=("finalize", "status"),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    columns=(NAME, Column("Status", lambda namespace, now: _tell_phase(namespace)), AGE),
    selectable={"status.phase": _tell_phase},
    validate_name="dns1123label",
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    validate=validate,
    validate_update=validate_update,
    validate_status_update=validate_status_update,
)
