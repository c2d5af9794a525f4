"""The revisions of a daemon set: the one of its present template, and the old ones. Upstream: pkg/controller/daemon/update.go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.generated_names import compute_hash
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.adoption import claim_objects
from minikube_py.client.controller_history import (
    REVISION_LABEL,
    Wanted,
    delete_revision,
    is_of,
    make_revision,
    renumber,
    sort_revisions,
)
from minikube_py.client.reconcile import Context
from minikube_py.client.request import MERGE_PATCH
from minikube_py.client.resources import CONTROLLER_REVISIONS, DAEMON_SETS, PODS

Object = dict[str, Any]


class Revisions(NamedTuple):
    """The hash of the present revision, and the old revisions, the oldest first."""

    digest: str
    old: list[Object]


def sync_history(context: Context, daemon_set: Object, pods: Iterable[Object]) -> Revisions:
    """Make the present revision, or give it the highest number; return what there is then.

    Raises StatusError, Conflict where the revision's name was taken by another.
    """
    selector = selector_from_object(daemon_set["spec"].get("selector"))
    claimed = claim_objects(
        context, CONTROLLER_REVISIONS, daemon_set, lambda revision: selector.matches(revision["metadata"].get("labels") or {})
    )
    labelled = [_label(context, revision) for revision in claimed]
    current = sort_revisions(revision for revision in labelled if is_of(revision, daemon_set))
    old = sort_revisions(revision for revision in labelled if not is_of(revision, daemon_set))
    number = (old[-1].get("revision") or 0) + 1 if old else 1
    if current:
        kept = _keep_newest(context, current, pods)
        if kept.get("revision", 0) < number:
            renumber(context, kept, number)
    else:
        kept = _create(context, daemon_set, number)
    return Revisions(kept["metadata"]["labels"][REVISION_LABEL], old)


def _label(context: Context, revision: Object) -> Object:
    """Give a revision without the label its name as one."""
    metadata = revision["metadata"]
    if REVISION_LABEL in (metadata.get("labels") or {}):
        return revision
    labelled = deep_copy(revision)
    labelled["metadata"]["labels"] = {**(metadata.get("labels") or {}), REVISION_LABEL: metadata["name"]}
    return context.client.update(CONTROLLER_REVISIONS, labelled)


def _keep_newest(context: Context, current: list[Object], pods: Iterable[Object]) -> Object:
    """Of several revisions of one template keep the newest; pods of the others become its own."""
    kept = current[-1]
    digest = kept["metadata"]["labels"][REVISION_LABEL]
    for pod in pods if len(current) > 1 else ():
        metadata = pod["metadata"]
        if (metadata.get("labels") or {}).get(REVISION_LABEL) != digest:
            body = {"metadata": {"labels": {REVISION_LABEL: digest}}}
            kind = MERGE_PATCH
            context.client.patch(PODS, metadata["name"], body, metadata["namespace"], content_type=kind)
    for revision in current[:-1]:
        delete_revision(context, revision)
    return kept


def _create(context: Context, daemon_set: Object, number: int) -> Object:
    status, metadata = daemon_set.get("status") or {}, daemon_set["metadata"]
    template = daemon_set["spec"]["template"]
    digest = compute_hash(template, status.get("collisionCount"))
    labels = {**((template.get("metadata") or {}).get("labels") or {}), REVISION_LABEL: digest}
    wanted = Wanted(f"{metadata['name']}-{digest}", labels, number)
    try:
        return context.client.create(CONTROLLER_REVISIONS, make_revision(daemon_set, wanted), metadata["namespace"])
    except errors.AlreadyExists:
        found = context.client.get(CONTROLLER_REVISIONS, wanted.name, metadata["namespace"])
        if is_of(found, daemon_set):
            return found
        counted = {**status, "collisionCount": (status.get("collisionCount") or 0) + 1}
        context.client.update(DAEMON_SETS, {**daemon_set, "status": counted}, "status")
        raise errors.new_conflict("apps", "controllerrevisions", wanted.name, "another object has this name") from None


def clean_up(context: Context, daemon_set: Object, old: list[Object], pods: Iterable[Object]) -> None:
    """Delete old revisions beyond the history limit, the oldest first; those that still have pods stay."""
    live = {(pod["metadata"].get("labels") or {}).get(REVISION_LABEL) for pod in pods}
    surplus = len(old) - daemon_set["spec"]["revisionHistoryLimit"]
    idle = [revision for revision in old if revision["metadata"]["labels"][REVISION_LABEL] not in live]
    for revision in idle[: max(0, surplus)]:
        delete_revision(context, revision)
