"""Restarting, pausing and resuming a workload: each returns the changed object, kind by kind."""

from __future__ import annotations

from typing import Any

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.kubectl.polymorphic.status_viewer import format_kind

Object = dict[str, Any]

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
RESTARTABLE = ("Deployment.apps", "DaemonSet.apps", "StatefulSet.apps")
PAUSABLE = ("Deployment.apps",)


def restart(info: Info, now: float) -> Object:
    """Return the object with its pod template stamped with `now`, so that its pods are replaced. Raises CliError."""
    if format_kind(info.resource) not in RESTARTABLE:
        raise CliError("restarting is not supported")
    obj = info.object or {}
    if obj["spec"].get("paused"):
        raise CliError("can't restart paused deployment (run rollout resume first)")
    template = obj["spec"]["template"]
    metadata = template.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), RESTARTED_AT: format_rfc3339(now)}
    template = {**template, "metadata": {**metadata, "annotations": annotations}}
    return {**obj, "spec": {**obj["spec"], "template": template}}


def pause(info: Info) -> Object:
    """Return the object paused. Raises CliError where it is, or cannot be."""
    return _set_paused(info, True, "is already paused", "pausing is not supported")


def resume(info: Info) -> Object:
    """Return the object no longer paused. Raises CliError where it was not, or cannot be."""
    return _set_paused(info, False, "is not paused", "resuming is not supported")


def _set_paused(info: Info, paused: bool, already: str, unsupported: str) -> Object:
    if format_kind(info.resource) not in PAUSABLE:
        raise CliError(unsupported)
    obj = info.object or {}
    if bool(obj["spec"].get("paused")) == paused:
        raise CliError(already)
    spec = {**obj["spec"], "paused": True} if paused else {k: v for k, v in obj["spec"].items() if k != "paused"}
    return {**obj, "spec": spec}
