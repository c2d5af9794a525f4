"""Namespace: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"""

from __future__ import annotations

from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

NAME_LABEL = "kubernetes.io/metadata.name"


def read_phase(obj: Object) -> str:
    """Return the STATUS cell."""
    return str((obj.get("status") or {}).get("phase") or "")


def set_defaults(obj: Object) -> None:
    """Label it with its own name, so that selectors can name it."""
    metadata = obj["metadata"]
    if metadata.get("name"):
        metadata["labels"] = {**(metadata.get("labels") or {}), NAME_LABEL: metadata["name"]}


def prepare_for_create(obj: Object) -> None:
    """Begin Active, held back at its deletion until it is empty."""
    spec = obj.setdefault("spec", {})
    spec["finalizers"] = list(dict.fromkeys([*(spec.get("finalizers") or []), "kubernetes"]))
    obj["status"] = {"phase": "Active"}


def prepare_for_update(new: Object, old: Object) -> None:
    """Finalizers change by the finalize subresource only."""
    if "finalizers" in (old.get("spec") or {}):
        new.setdefault("spec", {})["finalizers"] = old["spec"]["finalizers"]


KIND = Kind(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    singular="namespace",
    short_names=("ns",),
    schema="io.k8s.api.core.v1.Namespace",
    namespaced=False,
    subresources=("status", "finalize"),
    verbs=("create", "delete", "get", "list", "patch", "update", "watch"),
    columns=(NAME, Column("Status", lambda obj, now: read_phase(obj)), AGE),
    selectable={"status.phase": read_phase},
    validate_name="dns1123label",
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
)
