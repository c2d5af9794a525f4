"""What the API server itself writes into a pod when it is created or changed."""

from __future__ import annotations

from minikube_py.apis.core.pod_defaults import mirror_service_account
from minikube_py.apis.core.pod_qos import compute_qos
from minikube_py.apis.kind import Object


def prepare_for_create(pod: Object) -> None:
    """Begin the pod's status afresh."""
    mirror_service_account(pod["spec"])
    pod["status"] = {"phase": "Pending", "qosClass": compute_qos(pod["spec"])}


def prepare_for_update(new: Object, old: Object) -> None:
    """Keep the quality of service class, which never changes."""
    mirror_service_account(new["spec"])
    if qos := (old.get("status") or {}).get("qosClass"):
        new.setdefault("status", {})["qosClass"] = qos


def prepare_for_status_update(new: Object, old: Object) -> None:
    """Write what a pod's status always shows, and keep its quality of service class."""
    status = new.setdefault("status", {})
    if qos := (old.get("status") or {}).get("qosClass"):
        status["qosClass"] = qos
    for field in ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"):
        for container in status.get(field) or ():
            for key, empty in (("image", ""), ("imageID", ""), ("ready", False), ("restartCount", 0)):
                container.setdefault(key, empty)
            container.setdefault("state", {})
            container.setdefault("lastState", {})
    for condition in status.get("conditions") or ():
        condition.setdefault("lastProbeTime", None)
        condition.setdefault("lastTransitionTime", None)
