"""The fields that Go writes though they are empty: an object of a file, as kubectl shows it after decoding it into its own types."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]

_DAEMON_SET = dict.fromkeys(("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"), 0)

ZEROS: dict[str, Object] = {
    "Pod": {"status": {}},
    "Service": {"status": {"loadBalancer": {}}},
    "ReplicationController": {"status": {"replicas": 0}},
    "Deployment": {"spec": {"strategy": {}}, "status": {}},
    "DaemonSet": {"spec": {"updateStrategy": {}}, "status": _DAEMON_SET},
    "ReplicaSet": {"status": {"replicas": 0}},
    "StatefulSet": {"spec": {"updateStrategy": {}}, "status": {"availableReplicas": 0, "replicas": 0}},
    "Job": {"status": {}},
    "CronJob": {"spec": {"jobTemplate": {"metadata": {"creationTimestamp": None}}}, "status": {}},
}
"""What each kind's objects have at least."""


def fill_zeros(obj: Object, pod_path: tuple[str, ...] | None) -> Object:
    """Return a copy of an object with the empty fields that Go writes; `pod_path` leads to its PodSpec, None where it has none."""
    from minikube_py.apimachinery.unstructured import deep_copy, get_nested

    result = _merge_zeros(deep_copy(obj), {"metadata": {"creationTimestamp": None}, **ZEROS.get(str(obj.get("kind")), {})})
    if result.get("kind") == "Service":
        for port in (result.get("spec") or {}).get("ports") or []:
            port.setdefault("targetPort", 0)
    if result.get("kind") in ("Pod", "Job"):
        for condition in result["status"].get("conditions") or []:
            _merge_zeros(condition, {"lastProbeTime": None, "lastTransitionTime": None})
    if pod_path is None:
        return result
    if len(pod_path) > 1:
        template: Object = {"metadata": {"creationTimestamp": None}, pod_path[-1]: {}}
        for step in reversed(pod_path[:-1]):
            template = {step: template}
        _merge_zeros(result, template)
    spec = get_nested(result, *pod_path) or {}
    for container in [*(spec.get("containers") or []), *(spec.get("initContainers") or [])]:
        container.setdefault("resources", {})
    return result


def _merge_zeros(obj: Object, zeros: Object) -> Object:
    for key, zero in zeros.items():
        if isinstance(zero, dict):
            value = obj.get(key)
            obj[key] = _merge_zeros(value if isinstance(value, dict) else {}, zero)
        else:
            obj.setdefault(key, zero)
    return obj
