"""From client-side to server-side apply: the fields that client-side apply owned become the applier's, so that it can drop them later.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#migration-between-client-side-and-server-side-apply
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.errors import Conflict, StatusError
from minikube_py.apimachinery.patch.fieldset import union
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.last_applied import ANNOTATION, get_original
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import APPLY_PATCH, JSON_PATCH

Object = dict[str, Any]

SERVER_SIDE = "kubectl"
KEEPER = "kubectl-last-applied"  # owns the annotation from then on, so that it does not go with the old manager
ATTEMPTS = 5

_WARNING = "Warning: {} Server-Side Apply{}. This is non-fatal and will be retried next time you apply. Error: {}"


def migrate(factory: Factory, writer: Writer, info: Info, stored: Object, manager: str, force: str) -> Object:
    """Hand the fields of client-side apply over to `manager`, if there are any, and return the object as it is then.

    Nothing of this is fatal, for the object is applied: what goes wrong is told as a warning.
    """
    if not find_owners(stored, "Update"):
        return stored
    try:
        stored = _keep_annotation(writer, info, stored, manager)
    except StatusError as error:
        factory.warn(_WARNING.format(f"failed to migrate {ANNOTATION} for", "", error.message))
        return stored
    try:
        migrated = _hand_over(writer, info, stored, manager)
    except StatusError as error:
        factory.warn(_WARNING.format("server rejected managed fields migration to", "", error.message))
        return stored
    try:
        return writer.patch(info, info.object, APPLY_PATCH, force=force)
    except StatusError as error:
        factory.warn(_WARNING.format("failed to re-apply configuration after performing", " migration", error.message))
        return migrated


def find_owners(obj: Object, operation: str) -> list[Object]:
    """Return the entries of managedFields that own the last-applied annotation by an operation, Apply or Update."""
    owners = []
    for entry in obj["metadata"].get("managedFields") or []:
        annotations = entry["fieldsV1"].get("f:metadata", {}).get("f:annotations", {})
        if entry["operation"] == operation and not entry.get("subresource") and f"f:{ANNOTATION}" in annotations:
            owners.append(entry)
    return owners


def _keep_annotation(writer: Writer, info: Info, stored: Object, manager: str) -> Object:
    text = get_original(stored)
    if manager != SERVER_SIDE or text is None or find_owners(stored, "Apply"):
        return stored
    metadata = {"name": info.name, "annotations": {ANNOTATION: text}}
    if info.namespace:
        metadata["namespace"] = info.namespace
    body = {"apiVersion": stored["apiVersion"], "kind": stored["kind"], "metadata": metadata}
    return writer.patch(info, body, APPLY_PATCH, fieldManager=KEEPER)


def _hand_over(writer: Writer, info: Info, stored: Object, manager: str) -> Object:
    for attempt in range(1, ATTEMPTS + 1):
        entries = merge_entries(stored["metadata"].get("managedFields") or [], find_owners(stored, "Update"), manager)
        patch = [
            {"op": "replace", "path": "/metadata/managedFields", "value": entries},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": stored["metadata"]["resourceVersion"]},
        ]
        try:
            return writer.patch(info, patch, JSON_PATCH)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            stored = writer.get(info)
    raise AssertionError("the last attempt returns or raises")


def merge_entries(entries: list[Object], old: list[Object], manager: str) -> list[Object]:
    """Return managedFields in which `manager` applied also what the `old` entries own, and they are no more."""
    names = {entry["manager"] for entry in old}
    mine = [e for e in entries if (e["manager"], e["operation"], e.get("subresource", "")) == (manager, "Apply", "")]
    gone = [e for e in entries if e["manager"] in names and e["operation"] == "Update" and not e.get("subresource")]
    fields: Object = {}
    for entry in [*mine, *gone]:
        fields = union(fields, entry["fieldsV1"])
    first = (mine or gone)[0]
    merged = {**first, "manager": manager, "operation": "Apply", "fieldsV1": fields}
    kept = [entry for entry in entries if entry not in mine and entry not in gone]
    return [merged, *kept]
