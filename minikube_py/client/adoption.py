"""Which objects a controller's owner has: it adopts what matches and nobody owns, and lets go of what matches no more.

Upstream: pkg/controller's controller_ref_manager.go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.client.object_writes import patch_metadata
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import Resource

Object = dict[str, Any]
Test = Callable[[Object], bool]


def new_controller_reference(owner: Object) -> Object:
    """Return the ownerReference of the controlling owner."""
    metadata = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_staying(obj: Object) -> bool:
    """Return whether an object is not on its way out."""
    return not obj["metadata"].get("deletionTimestamp")


def claim_objects(
    context: Context, resource: Resource, owner: Object, matches: Test, may_adopt: Test = is_staying
) -> list[Object]:
    """Return the owner's objects after adopting orphans that match and releasing its own that no longer do.

    An owner on its way out neither adopts nor releases.
    """
    uid, lister = owner["metadata"]["uid"], context.lister(resource)
    mine = []
    for obj in lister.by_owner(uid):
        if matches(obj):
            mine.append(obj)
        elif is_staying(owner):
            set_owners(context, resource, obj, [r for r in obj["metadata"]["ownerReferences"] if r["uid"] != uid])
    for obj in lister.orphans(owner["metadata"]["namespace"]) if is_staying(owner) else []:
        if may_adopt(obj) and matches(obj):
            references = [*(obj["metadata"].get("ownerReferences") or []), new_controller_reference(owner)]
            if (adopted := set_owners(context, resource, obj, references)) is not None:
                mine.append(adopted)
    return mine


def set_owners(context: Context, resource: Resource, obj: Object, references: list[Object]) -> Object | None:
    """Give an object these owners; return it, or None where it is gone or another by now."""
    return patch_metadata(context.client, resource, obj, {"ownerReferences": references or None})
