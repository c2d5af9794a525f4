"""Adopting ReplicaSets that match a Deployment, and letting go of those that no longer do."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.client.pod_control import new_controller_reference
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import REPLICA_SETS

Object = dict[str, Any]


def claim_replica_sets(context: Context, deployment: Object) -> list[Object]:
    """Return the Deployment's ReplicaSets after adoption and release."""
    uid, selector = deployment["metadata"]["uid"], selector_from_object(deployment["spec"].get("selector"))
    lister = context.lister(REPLICA_SETS)
    is_going = bool(deployment["metadata"].get("deletionTimestamp"))
    mine = []
    for replica_set in lister.by_owner(uid):
        if selector.matches(replica_set["metadata"].get("labels")):
            mine.append(replica_set)
        elif not is_going:
            _set_owners(context, replica_set, [r for r in replica_set["metadata"]["ownerReferences"] if r["uid"] != uid])
    for replica_set in [] if is_going else lister.orphans(deployment["metadata"]["namespace"]):
        metadata = replica_set["metadata"]
        if selector.matches(metadata.get("labels")) and not metadata.get("deletionTimestamp"):
            owners = [*(metadata.get("ownerReferences") or []), new_controller_reference(deployment)]
            if (adopted := _set_owners(context, replica_set, owners)) is not None:
                mine.append(adopted)
    return mine


def _set_owners(context: Context, replica_set: Object, owners: list[Object]) -> Object | None:
    metadata = replica_set["metadata"]
    body = {"metadata": {"uid": metadata["uid"], "ownerReferences": owners or None}}
    kind = "application/merge-patch+json"
    try:
        return context.client.patch(REPLICA_SETS, metadata["name"], body, metadata["namespace"], content_type=kind)
    except (errors.NotFound, errors.Conflict, errors.Invalid):  # Invalid: another object of that name, with another uid
        return None
