"""Turn what a runtime says of a container into a v1.ContainerStatus (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from minikube_py.component_base.clock import format_rfc3339
from minikube_py.cri.runtime import ContainerStatus
from minikube_py.kubelet.interfaces import Object


class Waiting(NamedTuple):
    """Why a container does not run: CrashLoopBackOff, ErrImagePull, CreateContainerConfigError and so on."""

    reason: str
    message: str = ""


class Health(NamedTuple):
    """What the probes of a running container say."""

    started: bool
    ready: bool


@dataclass(frozen=True)
class Observed:
    """What is known of a pod's containers beside the runtime's word.

    `waiting` and `health` are by container name, `messages` (termination messages) by container id, `images` by the
    spec's image: (image, imageID) as the status shows them. `held` are ids of containers whose postStart hook is
    not done: they count as not yet started.
    """

    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    health: Mapping[str, Health] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


def make_container_id(runtime_id: str) -> str:
    """Return the id a status shows for a runtime's container id."""
    return "containerd://" + hashlib.sha256(runtime_id.encode()).hexdigest()


def convert_container_status(
    container: Object, attempts: Sequence[ContainerStatus], previous: Object | None, default_reason: str, observed: Observed
) -> Object:
    """Return the status of one container.

    `attempts` are the runtime's, oldest first; `previous` is the status written before; `default_reason` is that of
    a container that has not been started: ContainerCreating or PodInitializing. Readiness is not filled in.
    """
    if attempts:
        status = _convert_known(container, attempts, default_reason, observed)
    else:
        status = _convert_unknown(container, previous, default_reason)
    waiting = observed.waiting.get(container["name"])
    if waiting is not None and "running" not in status["state"]:
        if "terminated" in status["state"]:
            status["lastState"] = status["state"]
        status["state"] = {"waiting": _drop_empty({"reason": waiting.reason, "message": waiting.message})}
    return status


def _convert_known(container: Object, attempts: Sequence[ContainerStatus], default_reason: str, observed: Observed) -> Object:
    latest = attempts[-1]
    image, image_id = observed.images.get(latest.image, (latest.image, ""))
    status = _make_status(container, image, latest.attempt)
    status["imageID"] = image_id
    status["containerID"] = make_container_id(latest.id)
    status["resources"] = _copy_resources(container)
    if status["resources"].get("requests"):
        status["allocatedResources"] = dict(status["resources"]["requests"])
    if latest.state == "exited":
        status["state"] = {"terminated": make_terminated(latest, observed.messages.get(latest.id, ""))}
    elif latest.state == "running" and latest.id not in observed.held:
        status["state"] = {"running": {"startedAt": format_rfc3339(latest.started_at)}}
    else:
        status["state"] = {"waiting": {"reason": default_reason}}
    if len(attempts) > 1 and attempts[-2].state == "exited":
        status["lastState"] = {"terminated": make_terminated(attempts[-2], observed.messages.get(attempts[-2].id, ""))}
    return status


def _convert_unknown(container: Object, previous: Object | None, default_reason: str) -> Object:
    """Give the status of a container that the runtime does not know: new, or lost with the runtime's memory."""
    status = _make_status(container, container["image"], 0)
    status["state"] = {"waiting": {"reason": default_reason}}
    if previous is None:
        return status
    if "terminated" in previous.get("state", {}):
        return dict(previous)
    status["restartCount"] = previous.get("restartCount", 0)
    status["lastState"] = previous.get("lastState", {})
    if "running" in previous.get("state", {}):
        status["restartCount"] += 1
        status["lastState"] = {
            "terminated": {
                "exitCode": 137,
                "reason": "ContainerStatusUnknown",
                "message": "The container could not be located when the pod was deleted.  The container used to be Running",
                "startedAt": None,
                "finishedAt": None,
            }
        }
    return status


def make_terminated(status: ContainerStatus, message: str) -> Object:
    """Return the ContainerStateTerminated of an exited container."""
    reason = status.reason or ("Completed" if status.exit_code == 0 else "Error")
    terminated: Object = {
        "exitCode": status.exit_code,
        "reason": reason,
        "startedAt": format_rfc3339(status.started_at),
        "finishedAt": format_rfc3339(status.finished_at),
        "containerID": make_container_id(status.id),
    }
    text = status.message or message
    if text:
        terminated["message"] = text
    return terminated


def make_user(pod: Object, container: Object) -> Object:
    """Return the ids that a container's process has, as `status.user` shows them."""
    pod_context: Object = pod["spec"].get("securityContext") or {}
    context = {**pod_context, **(container.get("securityContext") or {})}
    gid = context.get("runAsGroup", 0)
    groups = {gid, *(pod_context.get("supplementalGroups") or ())}
    if pod_context.get("fsGroup") is not None:
        groups.add(pod_context["fsGroup"])
    return {"linux": {"uid": context.get("runAsUser", 0), "gid": gid, "supplementalGroups": sorted(groups)}}


def _make_status(container: Object, image: str, restarts: int) -> Object:
    status: Object = {
        "name": container["name"],
        "image": image,
        "imageID": "",
        "restartCount": restarts,
        "ready": False,
        "state": {},
        "lastState": {},
    }
    mounts = [_make_mount_status(mount) for mount in container.get("volumeMounts") or ()]
    if mounts:
        status["volumeMounts"] = mounts
    return status


def _make_mount_status(mount: Object) -> Object:
    status: Object = {"mountPath": mount["mountPath"], "name": mount["name"]}
    if mount.get("readOnly"):
        status |= {"readOnly": True, "recursiveReadOnly": "Disabled"}
    return status


def _copy_resources(container: Object) -> Object:
    resources = container.get("resources") or {}
    return {key: dict(resources[key]) for key in ("limits", "requests") if resources.get(key)}


def _drop_empty(fields: dict[str, Any]) -> Object:
    return {key: value for key, value in fields.items() if value != ""}
