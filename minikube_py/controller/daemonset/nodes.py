"""Which nodes get a daemon pod, and what a daemon pod carries to get there. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled
"""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.node_affinity import matches_node
from minikube_py.apimachinery.tolerations import find_untolerated
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.apps.daemonset import TEMPLATE_GENERATION
from minikube_py.client.controller_history import REVISION_LABEL

Object = dict[str, Any]
GENERATION_LABEL = "pod-template-generation"
NODE_NAME = "metadata.name"
TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
TOLERATED_ON_HOST_NETWORK = ("network-unavailable", "NoSchedule")


class Fit(NamedTuple):
    """Whether a node is to get a daemon pod, and whether one that runs there may stay."""

    should_run: bool
    may_stay: bool


def judge_node(daemon_set: Object, node: Object) -> Fit:
    """Return what a node means for a daemon set: its name, labels and taints decide, not whether it is ready or has room."""
    spec = daemon_set["spec"]["template"]["spec"]
    if spec.get("nodeName") not in (None, "", node["metadata"]["name"]) or not matches_node(spec, node):
        return Fit(False, False)
    taints, tolerations = (node.get("spec") or {}).get("taints") or (), add_tolerations(spec)
    if find_untolerated(taints, tolerations, ("NoSchedule", "NoExecute")) is None:
        return Fit(True, True)
    return Fit(False, find_untolerated(taints, tolerations, ("NoExecute",)) is None)


def add_tolerations(spec: Object) -> list[Object]:
    """Return the tolerations of a pod spec with those that every daemon pod has."""
    tolerations = list(spec.get("tolerations") or ())
    wanted = (*TOLERATED, TOLERATED_ON_HOST_NETWORK) if spec.get("hostNetwork") else TOLERATED
    for name, effect in wanted:
        added = {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        same = [i for i, toleration in enumerate(tolerations) if _without_seconds(toleration) == added]
        for index in same:
            tolerations[index] = added
        if not same:
            tolerations.append(added)
    return tolerations


def _without_seconds(toleration: Object) -> Object:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds" and value not in (None, "")}


def generation_of(daemon_set: Object) -> str:
    """Return the template generation in the annotation, "" without one."""
    return str((daemon_set["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION) or "")


def make_template(daemon_set: Object, digest: str, node: str) -> Object:
    """Return the template of a daemon pod for a node: the scheduler can only bind it there."""
    template: Object = deep_copy(daemon_set["spec"]["template"])
    generation = generation_of(daemon_set)
    labels = template.setdefault("metadata", {}).get("labels") or {}
    numbered = {GENERATION_LABEL: generation} if generation else {}
    template["metadata"]["labels"] = {**labels, **numbered, REVISION_LABEL: digest}
    spec = template["spec"]
    spec["tolerations"] = add_tolerations(spec)
    required = spec.setdefault("affinity", {}).setdefault("nodeAffinity", {})
    requirement = {"key": NODE_NAME, "operator": "In", "values": [node]}
    before = required.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = [{"matchFields": [requirement]}]
    required["requiredDuringSchedulingIgnoredDuringExecution"] = {**before, "nodeSelectorTerms": terms}
    return template


def target_of(pod: Object) -> str:
    """Return the node that a daemon pod is on or is meant for, "" where that is not to be told."""
    spec = pod["spec"]
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == NODE_NAME and field["operator"] == "In":
                values: list[str] = field.get("values") or []
                return values[0] if len(values) == 1 else ""
    return ""
