"""Writes that concern exactly the object that was seen; where it is not there any more, or there already, nothing is left to do."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.client.request import MERGE_PATCH
from minikube_py.client.resources import Resource
from minikube_py.client.rest import Client

Object = dict[str, Any]


def create_missing(client: Client, resource: Resource, obj: Object) -> Object | None:
    """Create an object and return it as stored; None where one of its name is there. Raises StatusError."""
    try:
        return client.create(resource, obj, obj["metadata"].get("namespace", ""))
    except errors.AlreadyExists:
        return None


def delete_exactly(client: Client, resource: Resource, obj: Object, policy: str = "") -> Object | None:
    """Delete an object by its name and uid; None where it is gone, or another by now. Raises StatusError.

    `policy` is a propagationPolicy. What is returned is the object while it lives on, else a Status.
    """
    metadata = obj["metadata"]
    options: Object = {"preconditions": {"uid": metadata["uid"]}}
    if policy:
        options["propagationPolicy"] = policy
    try:
        return client.delete(resource, metadata["name"], metadata.get("namespace", ""), options)
    except (errors.NotFound, errors.Conflict):
        return None


def patch_metadata(client: Client, resource: Resource, obj: Object, changes: Object) -> Object | None:
    """Merge changes into an object's metadata; None where it is gone, or another by now. Raises StatusError."""
    metadata = obj["metadata"]
    body = {"metadata": {"uid": metadata["uid"], **changes}}
    try:
        return client.patch(resource, metadata["name"], body, metadata.get("namespace", ""), content_type=MERGE_PATCH)
    except (errors.NotFound, errors.Conflict, errors.Invalid):  # Invalid: another object of that name, with another uid
        return None
