"""What workloads were: their pod templates, kept in ControllerRevisions. Daemon sets and stateful sets do so.

Upstream: pkg/controller/history. A revision's data is a strategic merge patch that brings its template back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.adoption import new_controller_reference
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import CONTROLLER_REVISIONS

Object = dict[str, Any]
REVISION_LABEL = "controller-revision-hash"
"""On pods: which revision they are of."""


class Wanted(NamedTuple):
    """A revision to make: its name, labels and number."""

    name: str
    labels: dict[str, str]
    number: int


def make_data(workload: Object) -> Object:
    """Return what a revision keeps of a workload."""
    return {"spec": {"template": {**deep_copy(workload["spec"]["template"]), "$patch": "replace"}}}


def is_of(revision: Object, workload: Object) -> bool:
    """Return whether a revision keeps the workload's present template."""
    return bool(revision.get("data") == make_data(workload))


def restore(workload: Object, revision: Object) -> Object:
    """Return the workload with the template that the revision keeps."""
    template = {key: value for key, value in revision["data"]["spec"]["template"].items() if key != "$patch"}
    return {**workload, "spec": {**workload["spec"], "template": template}}


def sort_revisions(revisions: Iterable[Object]) -> list[Object]:
    """Return revisions by number; of equal ones the older first."""

    def rank(revision: Object) -> tuple[int, str, str]:
        metadata = revision["metadata"]
        return revision.get("revision") or 0, metadata["creationTimestamp"], metadata["name"]

    return sorted(revisions, key=rank)


def make_revision(workload: Object, wanted: Wanted) -> Object:
    """Return a revision of the workload's present template, with the workload's annotations."""
    metadata = workload["metadata"]
    annotations = {"annotations": dict(metadata["annotations"])} if metadata.get("annotations") else {}
    return {
        "apiVersion": CONTROLLER_REVISIONS.api_version,
        "kind": CONTROLLER_REVISIONS.kind,
        "metadata": {
            "name": wanted.name,
            "namespace": metadata["namespace"],
            "labels": wanted.labels,
            **annotations,
            "ownerReferences": [new_controller_reference(workload)],
        },
        "data": make_data(workload),
        "revision": wanted.number,
    }


def renumber(context: Context, revision: Object, number: int) -> Object:
    """Give a revision another number. Raises StatusError."""
    if revision.get("revision") == number:
        return revision
    return context.client.update(CONTROLLER_REVISIONS, {**deep_copy(revision), "revision": number})


def delete_revision(context: Context, revision: Object) -> None:
    """Delete a revision. Raises StatusError."""
    metadata = revision["metadata"]
    context.client.delete(CONTROLLER_REVISIONS, metadata["name"], metadata["namespace"])
