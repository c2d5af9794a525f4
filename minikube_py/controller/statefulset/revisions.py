"""The revisions of a stateful set: the one its pods come from, and the one they go to. Upstream: pkg/controller/statefulset."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.generated_names import safe_encode
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.client.adoption import claim_objects
from minikube_py.client.controller_history import (
    Wanted,
    delete_revision,
    is_of,
    make_data,
    make_revision,
    renumber,
    sort_revisions,
)
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import CONTROLLER_REVISIONS
from minikube_py.controller.statefulset.identity import revision_of

Object = dict[str, Any]
HASH_LABEL = "controller.kubernetes.io/hash"
MAX_PREFIX = 223


class Revisions(NamedTuple):
    """The present and the target revision, how often a name was taken, and those that there were before, the oldest first."""

    current: Object
    update: Object
    collisions: int
    before: list[Object]


def hash_data(data: Object, collisions: int) -> str:
    """Return the hash of a revision's data, as it stands in its name."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    digest = 0x811C9DC5
    for octet in (text + str(collisions)).encode():
        digest = ((digest * 0x01000193) & 0xFFFFFFFF) ^ octet
    return safe_encode(str(digest))


def sync_revisions(context: Context, stateful_set: Object) -> Revisions:
    """Make the revision of the present template, or give it the highest number. Raises StatusError."""
    selector = selector_from_object(stateful_set["spec"].get("selector"))
    before = sort_revisions(
        claim_objects(
            context,
            CONTROLLER_REVISIONS,
            stateful_set,
            lambda revision: selector.matches(revision["metadata"].get("labels") or {}),
        )
    )
    status = stateful_set.get("status") or {}
    collisions = status.get("collisionCount") or 0
    number = (before[-1].get("revision") or 0) + 1 if before else 1
    equal = [revision for revision in before if is_of(revision, stateful_set)]
    if equal and equal[-1] is before[-1]:
        update = before[-1]
    elif equal:
        update = renumber(context, equal[-1], number)
    else:
        update, collisions = _create(context, stateful_set, number, collisions)
    named = (revision for revision in before if revision["metadata"]["name"] == status.get("currentRevision"))
    return Revisions(next(named, update), update, collisions, before)


def _create(context: Context, stateful_set: Object, number: int, collisions: int) -> tuple[Object, int]:
    metadata, data = stateful_set["metadata"], make_data(stateful_set)
    template = stateful_set["spec"]["template"]
    labels = {**((template.get("metadata") or {}).get("labels") or {}), HASH_LABEL: hash_data(data, collisions)}
    while True:
        name = f"{metadata['name'][:MAX_PREFIX]}-{hash_data(data, collisions)}"
        body = make_revision(stateful_set, Wanted(name, labels, number))
        try:
            return context.client.create(CONTROLLER_REVISIONS, body, metadata["namespace"]), collisions
        except errors.AlreadyExists:
            found = context.client.get(CONTROLLER_REVISIONS, name, metadata["namespace"])
            if found.get("data") == data:
                return found, collisions
            collisions += 1


def clean_up(context: Context, stateful_set: Object, revisions: Revisions, pods: Iterable[Object]) -> None:
    """Delete revisions beyond the history limit, the oldest first, but none that a pod is of. Raises StatusError."""
    live = {revisions.current["metadata"]["name"], revisions.update["metadata"]["name"], *map(revision_of, pods)}
    idle = [revision for revision in revisions.before if revision["metadata"]["name"] not in live]
    limit = stateful_set["spec"]["revisionHistoryLimit"]
    for revision in idle[: max(0, len(idle) - limit)] if limit >= 0 else ():
        delete_revision(context, revision)
