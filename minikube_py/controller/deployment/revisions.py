"""Which ReplicaSet is the new one, and what it carries: template hash, revision, copied annotations. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from minikube_py.apimachinery.generated_names import compute_hash
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.adoption import new_controller_reference
from minikube_py.controller.deployment.rolling import DESIRED_REPLICAS, MAX_REPLICAS, by_age, max_surge, replicas_of

Object = dict[str, Any]
HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
HISTORY_LENGTH = 2000  # characters
NOT_COPIED = {
    "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.deployment.rollback.to",
    REVISION,
    REVISION_HISTORY,
    DESIRED_REPLICAS,
    MAX_REPLICAS,
}


def is_same_template(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two pod templates make the same pods, their hash labels apart."""
    return _without_hash(one) == _without_hash(other)


def _without_hash(template: Mapping[str, Any]) -> Object:
    metadata = {k: v for k, v in (template.get("metadata") or {}).items() if v and k != "creationTimestamp"}
    labels = {k: v for k, v in (metadata.pop("labels", None) or {}).items() if k != HASH_LABEL}
    return {"metadata": metadata, "labels": labels, "spec": template.get("spec") or {}}


def find_new(deployment: Object, replica_sets: Iterable[Object]) -> Object | None:
    """Return the oldest ReplicaSet with the Deployment's template."""
    template = deployment["spec"]["template"]
    return next((rs for rs in by_age(replica_sets) if is_same_template(rs["spec"]["template"], template)), None)


def revision_of(obj: Object) -> int:
    """Return the revision in an object's annotations; 0 without one, or with one that is no number."""
    text = (obj["metadata"].get("annotations") or {}).get(REVISION, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def next_revision(old: Iterable[Object]) -> int:
    """Return the revision of a ReplicaSet newer than these."""
    return max(map(revision_of, old), default=0) + 1


def make_annotations(deployment: Object, present: Mapping[str, str] | None, revision: int) -> dict[str, str]:
    """Return the new ReplicaSet's annotations: the Deployment's, and its revision with those it had before."""
    annotations = dict(present or {})
    annotations |= {k: v for k, v in (deployment["metadata"].get("annotations") or {}).items() if k not in NOT_COPIED}
    before = annotations.get(REVISION, "")
    number = int(before) if before.isascii() and before.isdigit() else 0
    if number >= revision:
        return annotations
    annotations[REVISION] = str(revision)
    if before:
        history = [*filter(None, annotations.get(REVISION_HISTORY, "").split(",")), before]
        while len(",".join(history)) > HISTORY_LENGTH:
            del history[0]
        annotations[REVISION_HISTORY] = ",".join(history)
    return annotations


def make_size_annotations(deployment: Object) -> dict[str, str]:
    """Return what a ReplicaSet remembers of the Deployment's size, to be scaled in proportion later."""
    wanted = replicas_of(deployment)
    return {DESIRED_REPLICAS: str(wanted), MAX_REPLICAS: str(wanted + max_surge(deployment))}


def make_replica_set(deployment: Object, replicas: int, revision: int) -> Object:
    """Return the ReplicaSet of a Deployment's present template."""
    spec, metadata = deployment["spec"], deployment["metadata"]
    template = deep_copy(spec["template"])
    digest = compute_hash(template, (deployment.get("status") or {}).get("collisionCount"))
    labels = {**((template.get("metadata") or {}).get("labels") or {}), HASH_LABEL: digest}
    template.setdefault("metadata", {})["labels"] = labels
    selector = deep_copy(spec["selector"])
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), HASH_LABEL: digest}
    min_ready = {"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{metadata['name']}-{digest}",
            "namespace": metadata["namespace"],
            "labels": dict(labels),
            "annotations": make_annotations(deployment, None, revision) | make_size_annotations(deployment),
            "ownerReferences": [new_controller_reference(deployment)],
        },
        "spec": {"replicas": replicas, **min_ready, "selector": selector, "template": template},
    }


def list_surplus(deployment: Object, old: Iterable[Object]) -> list[Object]:
    """Return the old ReplicaSets beyond the history limit, the lowest revisions first; those that still have pods stay."""
    limit = deployment["spec"].get("revisionHistoryLimit")
    alive = sorted((rs for rs in old if not rs["metadata"].get("deletionTimestamp")), key=revision_of)
    if limit is None or len(alive) <= limit:
        return []
    return [rs for rs in alive[: len(alive) - limit] if _is_idle(rs)]


def _is_idle(replica_set: Object) -> bool:
    status = replica_set.get("status") or {}
    is_observed = replica_set["metadata"].get("generation", 0) <= (status.get("observedGeneration") or 0)
    return not status.get("replicas") and not replicas_of(replica_set) and is_observed
