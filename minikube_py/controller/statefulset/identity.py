"""Who the pods of a stateful set are: name, ordinal, labels, host name, volumes. Pure.

https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-identity
"""

from __future__ import annotations

from typing import Any

from minikube_py.client.controller_history import REVISION_LABEL
from minikube_py.client.pod_control import make_pod
from minikube_py.controller.statefulset.claims import claim_name

Object = dict[str, Any]
NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"
MAX_ORDINAL = 2**31 - 1


def split_name(name: str) -> tuple[str, int]:
    """Return the stateful set's name and the ordinal that a pod's name says; ("", -1) where it says neither."""
    parent, dash, digits = name.rpartition("-")
    if not dash or not (digits.isascii() and digits.isdigit()):
        return "", -1
    number = int(digits)
    return parent, number if number <= MAX_ORDINAL else -1


def ordinal_of(pod: Object) -> int:
    """Return a pod's ordinal, -1 where its name has none."""
    return split_name(pod["metadata"]["name"])[1]


def is_member(stateful_set: Object, pod: Object) -> bool:
    """Return whether a pod's name is one that the stateful set gives."""
    return bool(split_name(pod["metadata"]["name"])[0] == stateful_set["metadata"]["name"])


def start_of(stateful_set: Object) -> int:
    """Return the first ordinal."""
    return int((stateful_set["spec"].get("ordinals") or {}).get("start") or 0)


def ordinals_of(stateful_set: Object) -> range:
    """Return the ordinals that there are to be."""
    start = start_of(stateful_set)
    return range(start, start + stateful_set["spec"]["replicas"])


def revision_of(pod: Object) -> str:
    """Return the name of the revision that a pod is of, "" without one."""
    return str((pod["metadata"].get("labels") or {}).get(REVISION_LABEL) or "")


def new_pod(stateful_set: Object, ordinal: int, revision: str) -> Object:
    """Return the pod of an ordinal, of the template that `stateful_set` has, which is that of the revision."""
    name = f"{stateful_set['metadata']['name']}-{ordinal}"
    pod = make_pod(stateful_set, stateful_set["spec"]["template"])
    pod["metadata"]["name"] = name
    labels = pod["metadata"].get("labels") or {}
    pod["metadata"]["labels"] = {**labels, NAME_LABEL: name, INDEX_LABEL: str(ordinal), REVISION_LABEL: revision}
    pod["spec"]["hostname"] = name
    if stateful_set["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = stateful_set["spec"]["serviceName"]
    volumes = make_volumes(stateful_set, pod)
    if volumes:
        pod["spec"]["volumes"] = volumes
    return pod


def make_volumes(stateful_set: Object, pod: Object) -> list[Object]:
    """Return the volumes of a pod: its claims', and those others that have other names."""
    ordinal = ordinal_of(pod)
    templates = stateful_set["spec"].get("volumeClaimTemplates") or ()
    own = {
        template["metadata"]["name"]: {
            "name": template["metadata"]["name"],
            "persistentVolumeClaim": {"claimName": claim_name(stateful_set, template, ordinal)},
        }
        for template in templates
    }
    return [*own.values(), *(volume for volume in pod["spec"].get("volumes") or () if volume["name"] not in own)]


def has_identity(stateful_set: Object, pod: Object) -> bool:
    """Return whether a pod carries its name as a label."""
    metadata = pod["metadata"]
    return is_member(stateful_set, pod) and (metadata.get("labels") or {}).get(NAME_LABEL) == metadata["name"]


def has_storage(stateful_set: Object, pod: Object) -> bool:
    """Return whether a pod uses all the claims of its ordinal."""
    used = {v["name"]: (v.get("persistentVolumeClaim") or {}).get("claimName") for v in pod["spec"].get("volumes") or ()}
    ordinal = ordinal_of(pod)
    templates = stateful_set["spec"].get("volumeClaimTemplates") or ()
    return all(used.get(t["metadata"]["name"]) == claim_name(stateful_set, t, ordinal) for t in templates)
