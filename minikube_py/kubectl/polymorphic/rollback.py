"""Going back to a former revision of a workload."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.writer import Writer
from minikube_py.client.request import JSON_PATCH, STRATEGIC_MERGE_PATCH
from minikube_py.kubectl.polymorphic.history import BY_REPLICA_SETS, History, Revision, list_revisions
from minikube_py.kubectl.polymorphic.status_viewer import REVISION

Object = dict[str, Any]

HASH = "pod-template-hash"
KEPT_ANNOTATIONS = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)


class Plan(NamedTuple):
    """What going back means: the revision, and the patch that brings it, None where the workload is like it already."""

    revision: Revision
    patch: Any
    content_type: str


def plan_rollback(writer: Writer, info: Info, history: History, number: int) -> Plan:
    """Return how to go back to revision `number`, or with 0 to the one before the last. Raises CliError."""
    revisions = list_revisions(writer.client, info, history) if number >= 0 else []
    revision = _choose(revisions, number, info, history)
    obj = info.object or {}
    if is_same_template(revision.template, obj["spec"]["template"]):
        return Plan(revision, None, "")
    if history is BY_REPLICA_SETS:
        return Plan(revision, _make_deployment_patch(obj, revision.kept), JSON_PATCH)
    return Plan(revision, revision.kept["data"], STRATEGIC_MERGE_PATCH)


def roll_back(writer: Writer, info: Info, plan: Plan, number: int) -> str:
    """Go back and return what was done. Raises CliError."""
    if (info.object or {})["spec"].get("paused"):
        text = "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        raise CliError(text)
    if plan.patch is None:
        return f"skipped rollback (current template already matches revision {number})"
    try:
        writer.patch(info, plan.patch, plan.content_type)
    except StatusError as error:
        raise CliError(f"failed restoring revision {number}: {error.message}") from error
    return "rolled back"


def _choose(revisions: list[Revision], number: int, info: Info, history: History) -> Revision:
    if number:
        found = next((r for r in revisions if r.number == number), None)
        if found is None:
            raise CliError(f"unable to find specified revision {number} in history")
        return found
    if len(revisions) >= 2:
        return revisions[-2]
    if history is BY_REPLICA_SETS:
        raise CliError(f'no rollout history found for deployment "{info.name}"')
    raise CliError("no last revision to roll back to")


def is_same_template(one: Object, other: Object) -> bool:
    """Return whether two pod templates are alike but for the hash label."""
    return _without_hash(one) == _without_hash(other)


def _without_hash(template: Object) -> Object:
    metadata = dict(template.get("metadata") or {})
    metadata["labels"] = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    return {**template, "metadata": {key: value for key, value in metadata.items() if value}}


def _make_deployment_patch(deployment: Object, replica_set: Object) -> list[Object]:
    template = replica_set["spec"]["template"]
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    template = {**template, "metadata": {**metadata, "labels": labels}}
    own = deployment["metadata"].get("annotations") or {}
    former = replica_set["metadata"].get("annotations") or {}
    annotations = {key: value for key, value in own.items() if key in KEPT_ANNOTATIONS}
    annotations |= {key: value for key, value in former.items() if key not in KEPT_ANNOTATIONS}
    return [
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ]
