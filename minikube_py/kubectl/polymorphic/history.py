"""The revisions that a workload had: replica sets of deployments, controller revisions of the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.apimachinery.unstructured import is_controlled_by
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.recording import CHANGE_CAUSE
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.client.resources import CONTROLLER_REVISIONS, REPLICA_SETS, Resource
from minikube_py.client.rest import Client
from minikube_py.kubectl.polymorphic.status_viewer import REVISION, format_kind

Object = dict[str, Any]

WITHOUT_HISTORY = ("Job.batch", "CronJob.batch", "Pod", "ReplicaSet.apps", "ReplicationController")


class Revision(NamedTuple):
    """One revision: its number, the workload's pod template then, why it came, and the object that keeps it."""

    number: int
    template: Object
    cause: str
    kept: Object


class History(NamedTuple):
    """How a kind keeps its revisions: in which resource, and how one of them says its number and template."""

    resource: Resource
    number: Callable[[Object], int]
    template: Callable[[Object], Object]


def _replica_set_number(replica_set: Object) -> int:
    return int((replica_set["metadata"].get("annotations") or {}).get(REVISION) or 0)


def _replica_set_template(replica_set: Object) -> Object:
    template: Object = replica_set["spec"]["template"]
    return template


def annotate_cause(revision: Revision) -> Object:
    """Return a revision's template with the reason why it came, as histories of deployments show it."""
    if not revision.cause:
        return revision.template
    metadata = revision.template.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: revision.cause}
    return {**revision.template, "metadata": {**metadata, "annotations": annotations}}


def _revision_template(revision: Object) -> Object:
    return {key: value for key, value in revision["data"]["spec"]["template"].items() if key != "$patch"}


BY_REPLICA_SETS = History(REPLICA_SETS, _replica_set_number, _replica_set_template)
BY_CONTROLLER_REVISIONS = History(CONTROLLER_REVISIONS, lambda revision: int(revision["revision"]), _revision_template)
HISTORIES = {
    "Deployment.apps": BY_REPLICA_SETS,
    "DaemonSet.apps": BY_CONTROLLER_REVISIONS,
    "StatefulSet.apps": BY_CONTROLLER_REVISIONS,
}


def find_history(info: Info, what: str = "history", role: str = "history viewer") -> History:
    """Return how the kind keeps revisions. Raises CliError where it does not; `what` and `role` name the wish in its text."""
    kind = format_kind(info.resource)
    if kind in HISTORIES:
        return HISTORIES[kind]
    if kind in WITHOUT_HISTORY:
        raise CliError(f'no {role} has been implemented for "{kind}"')
    group_kind = f"{{{info.resource.group} {info.resource.kind}}}"
    raise CliError(f'error retrieving {what} for "{kind}", no visitor method exists for {group_kind}')


def list_revisions(client: Client, info: Info, history: History) -> list[Revision]:
    """Return the revisions of an object, oldest first. Raises CliError."""
    obj = info.object or {}
    try:
        found = client.list(history.resource, info.namespace, str(selector_from_object(obj["spec"]["selector"])))
    except StatusError as error:
        raise CliError(f"failed to retrieve revisions of {info.resource.kind} {info.name}: {error.message}") from error
    owned = [item for item in found["items"] if is_controlled_by(item, obj)]
    revisions = {history.number(item): item for item in owned}
    return [Revision(n, history.template(item), _cause(item), item) for n, item in sorted(revisions.items())]


def _cause(item: Object) -> str:
    return (item["metadata"].get("annotations") or {}).get(CHANGE_CAUSE) or ""
