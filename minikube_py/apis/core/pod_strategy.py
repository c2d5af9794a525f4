"""What the API server itself writes into a pod when it is created or changed."""

from __future__ import annotations

from minikube_py.apis.core.pod_defaults import mirror_service_account
from minikube_py.apis.core.pod_qos import compute_qos
from minikube_py.apis.kind import Object


def prepare_for_create(pod: Object) -> None:
    """Begin the pod's status afresh."""
    mirror_service_account(pod["spec"])
    pod["status"] = {"phase": "Pending", "qosClass": compute_qos(pod["spec"])}
    if pod["spec"].get("schedulingGates"):
        pod["status"]["conditions"] = [dict(_GATED)]
    _merge_affinity_keys(pod)


_GATED = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "SchedulingGated",
    "message": "Scheduling is blocked due to non-empty scheduling gates",
    "lastProbeTime": None,
    "lastTransitionTime": None,
}


def _merge_affinity_keys(pod: Object) -> None:
    """Turn matchLabelKeys and mismatchLabelKeys of pod affinity into expressions of its selectors (KEP-3633)."""
    affinity, labels = pod["spec"].get("affinity") or {}, pod["metadata"].get("labels") or {}
    for name in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(name) or {}
        terms = list(rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ())
        terms += [t["podAffinityTerm"] for t in rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()]
        for term in terms:
            selector = term.get("labelSelector")
            if selector is None:
                continue
            for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")):
                for key in term.get(field) or ():
                    if key in labels:
                        expression = {"key": key, "operator": operator, "values": [labels[key]]}
                        selector.setdefault("matchExpressions", []).append(expression)


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
