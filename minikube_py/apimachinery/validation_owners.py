"""Rules for `metadata.ownerReferences`.

https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minikube_py.apimachinery.errors import FieldError, format_value, invalid
from minikube_py.apimachinery.generated_names import hash_fnv1a
from minikube_py.apimachinery.gosyntax import invalid_go

Reference = Mapping[str, Any]


def validate_owner_references(references: Iterable[Reference] | None, path: str) -> list[FieldError]:
    """Return what is wrong with owner references: missing parts, an Event as owner, more than one controller."""
    held = list(references or ())
    errors = []
    controller = ""
    for reference in held:
        errors += _validate_reference(reference, path)
        if not reference.get("controller"):
            continue
        current = f"{reference.get('kind', '')}/{reference.get('name', '')}"
        if controller:
            detail = (
                f'Only one reference can have Controller set to true. Found "true" in references for {controller} and {current}'
            )
            errors.append(invalid_go(path, _format_references(held), detail))
        else:
            controller = current
    return errors


def _validate_reference(reference: Reference, path: str) -> list[FieldError]:
    errors = []
    api_version = reference.get("apiVersion") or ""
    kind = reference.get("kind") or ""
    if not api_version.rpartition("/")[2] or api_version.count("/") > 1:
        errors.append(invalid(f"{path}.apiVersion", api_version, "version must not be empty"))
    for name in ("kind", "name", "uid"):
        if not reference.get(name):
            errors.append(invalid(f"{path}.{name}", "", f"{name} must not be empty"))
    if (api_version, kind) == ("v1", "Event"):
        detail = "/v1, Kind=Event is disallowed from being an owner"
        errors.append(invalid_go(path, _format_reference(reference), detail))
    return errors


def _format_references(references: Sequence[Reference]) -> str:
    return "[]v1.OwnerReference{" + ", ".join(map(_format_reference, references)) + "}"


def _format_reference(reference: Reference) -> str:
    parts = [
        f"{go_name}:{format_value(reference.get(name) or '')}"
        for go_name, name in (("APIVersion", "apiVersion"), ("Kind", "kind"), ("Name", "name"), ("UID", "uid"))
    ]
    for go_name, name in (("Controller", "controller"), ("BlockOwnerDeletion", "blockOwnerDeletion")):
        value = reference.get(name)
        address = "nil" if value is None else f"0xc{hash_fnv1a(f'{go_name}{reference}'.encode()):09x}"  # says no more than any
        parts.append(f"{go_name}:(*bool)({address})")
    return "v1.OwnerReference{" + ", ".join(parts) + "}"
