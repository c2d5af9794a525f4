"""The `namespace` transformer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, change_all
from minikube_py.cli_runtime.kustomize.resid import Gvk
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.resource import Resource

Object = dict[str, Any]

SUBJECT_MODES = ("defaultOnly", "none", "allServiceAccounts")
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_OWN = FieldSpec(Gvk(), "metadata/namespace", True)


def check_subject_mode(mode: str) -> str:
    """Return which subjects of bindings are moved, the usual ones where not said. Raises KustomizeError."""
    if mode and mode not in SUBJECT_MODES:
        listing = '"defaultOnly", "none" or "allServiceAccounts"'
        raise KustomizeError(f'invalid value "{mode}" for setRoleBindingSubjects: must be one of {listing}')
    return mode or "defaultOnly"


def set_namespace(
    resources: ResMap, namespace: str, specs: Sequence[FieldSpec], mode: str = "defaultOnly", *, unset_only: bool = False
) -> None:
    """Put resources into a namespace, and what refers to it. Raises KustomizeError where two get the same id."""
    if not namespace:
        return

    def change(old: Any) -> Any:
        return old if unset_only and old not in (None, "") else namespace

    for resource in resources:
        resource.store_id()
        _move(resource, specs, mode, change)
        found = resources.find_current(resource.id)
        if len(found) != 1:
            listing = " ".join(_format(r) for r in found)
            raise KustomizeError(f"namespace transformation produces ID conflict: [{listing}]")


def _move(resource: Resource, specs: Sequence[FieldSpec], mode: str, change: Any) -> None:
    obj, kind = resource.obj, resource.kind
    is_core = obj.get("apiVersion") == "v1"
    wanted = [s for s in specs if s.path != "metadata/namespace" and (is_core or s.path != "metadata/name")]
    if not resource.gvk.is_cluster_scoped:
        change_all(obj, [_OWN], change, "")
    if kind in _BINDINGS:
        wanted = [spec for spec in wanted if not (spec.gvk.kind in _BINDINGS and spec.path == "subjects/namespace")]
        _move_subjects(obj, mode, change)
    try:
        change_all(obj, wanted, change, "")
    except KustomizeError as error:
        raise error.wrap("namespace transformation failed") from error


def _move_subjects(obj: Object, mode: str, change: Any) -> None:
    subjects = obj.get("subjects") if mode != "none" else None
    for subject in filter(lambda item: isinstance(item, dict), subjects if isinstance(subjects, list) else ()):
        wanted = subject.get("kind") == "ServiceAccount" if mode == "allServiceAccounts" else subject.get("name") == "default"
        if wanted:
            subject["namespace"] = change(subject.get("namespace"))


def _format(resource: Resource) -> str:
    import json

    return json.dumps(resource.obj, separators=(",", ":"), sort_keys=True)
