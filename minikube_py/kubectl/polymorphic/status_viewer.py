"""How far a rollout is: one viewer a kind. A new kind is a function and a line in `VIEWERS`.

https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_status/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]
REVISION = "deployment.kubernetes.io/revision"


class Progress(NamedTuple):
    """What to print, and whether the rollout is finished."""

    text: str
    done: bool


Viewer = Callable[[Object, int], Progress]


def find_viewer(resource: ResourceInfo) -> Viewer:
    """Return the viewer of a kind. Raises CliError where it has none."""
    kind = format_kind(resource)
    if kind not in VIEWERS:
        raise CliError(f"no status viewer has been implemented for {kind}")
    return VIEWERS[kind]


def format_kind(resource: ResourceInfo) -> str:
    """Return `Pod` or `Deployment.apps`, as Go prints a GroupKind."""
    return f"{resource.kind}.{resource.group}" if resource.group else resource.kind


def _is_observed(obj: Object) -> bool:
    observed: int = (obj.get("status") or {}).get("observedGeneration") or 0
    return bool((obj["metadata"].get("generation") or 0) <= observed)


def view_deployment(obj: Object, revision: int) -> Progress:
    """Return a deployment's progress; `revision`, if not 0, must be the running one. Raises CliError."""
    if revision:
        running = int((obj["metadata"].get("annotations") or {}).get(REVISION) or 0)
        if running != revision:
            raise CliError(f"desired revision ({revision}) is different from the running revision ({running})")
    if not _is_observed(obj):
        return Progress("Waiting for deployment spec update to be observed...\n", False)
    name, status = obj["metadata"]["name"], obj.get("status") or {}
    condition = find_condition(status.get("conditions") or [], "Progressing")
    if condition and condition.get("reason") == "ProgressDeadlineExceeded":
        raise CliError(f'deployment "{name}" exceeded its progress deadline')
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    wanted = obj["spec"].get("replicas", 0)
    total, updated, available = (status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas"))
    if updated < wanted:
        return Progress(f"{waiting}{updated} out of {wanted} new replicas have been updated...\n", False)
    if total > updated:
        return Progress(f"{waiting}{total - updated} old replicas are pending termination...\n", False)
    if available < updated:
        return Progress(f"{waiting}{available} of {updated} updated replicas are available...\n", False)
    return Progress(f'deployment "{name}" successfully rolled out\n', True)


def _check_rolling(obj: Object) -> None:
    if obj["spec"].get("updateStrategy", {}).get("type") != "RollingUpdate":
        raise CliError("rollout status is only available for RollingUpdate strategy type")


def view_daemon_set(obj: Object, revision: int) -> Progress:
    """Return a daemon set's progress; its revision is not looked at. Raises CliError."""
    _check_rolling(obj)
    if not _is_observed(obj):
        return Progress("Waiting for daemon set spec update to be observed...\n", False)
    name, status = obj["metadata"]["name"], obj.get("status") or {}
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    keys = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    wanted, updated, available = (status.get(key, 0) for key in keys)
    if updated < wanted:
        return Progress(f"{waiting}{updated} out of {wanted} new pods have been updated...\n", False)
    if available < wanted:
        return Progress(f"{waiting}{available} of {wanted} updated pods are available...\n", False)
    return Progress(f'daemon set "{name}" successfully rolled out\n', True)


def view_stateful_set(obj: Object, revision: int) -> Progress:
    """Return a stateful set's progress; its revision is not looked at. Raises CliError."""
    _check_rolling(obj)
    spec, status = obj["spec"], obj.get("status") or {}
    if not status.get("observedGeneration") or not _is_observed(obj):
        return Progress("Waiting for statefulset spec update to be observed...\n", False)
    wanted, updated = spec.get("replicas", 0), status.get("updatedReplicas", 0)
    missing = wanted - status.get("readyReplicas", 0)
    if missing > 0:
        return Progress(f"Waiting for {missing} pods to be ready...\n", False)
    rolling = spec["updateStrategy"].get("rollingUpdate")
    if rolling is not None:
        due = wanted - (rolling.get("partition") or 0)
        if "partition" in rolling and updated < due:
            text = f"Waiting for partitioned roll out to finish: {updated} out of {due} new pods have been updated...\n"
            return Progress(text, False)
        return Progress(f"partitioned roll out complete: {updated} new pods have been updated...\n", True)
    current, target = status.get("currentRevision", ""), status.get("updateRevision", "")
    if current != target:
        return Progress(f"waiting for statefulset rolling update to complete {updated} pods at revision {target}...\n", False)
    count = status.get("currentReplicas", 0)
    return Progress(f"statefulset rolling update complete {count} pods at revision {current}...\n", True)


VIEWERS: dict[str, Viewer] = {
    "Deployment.apps": view_deployment,
    "DaemonSet.apps": view_daemon_set,
    "StatefulSet.apps": view_stateful_set,
}
