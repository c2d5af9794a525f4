"""Which pods of a node are to go, which may stay, and which stand in the way.

https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.apimachinery.unstructured import controller_of
from minikube_py.component_base.clock import parse_rfc3339

Object = dict[str, Any]

MIRROR = "kubernetes.io/config.mirror"


class Rules(NamedTuple):
    """What the user allows. `skip_deleted` leaves out pods being deleted for that many seconds; 0 does not.

    `get_daemon_set(namespace, name)` raises StatusError where there is none.
    """

    force: bool
    ignore_daemon_sets: bool
    delete_empty_dir: bool
    skip_deleted: int
    now: float
    get_daemon_set: Callable[[str, str], Object]


class Verdict(NamedTuple):
    """What becomes of a pod: whether it goes, and a warning or an error about it."""

    goes: bool = True
    warning: str = ""
    error: str = ""


def judge(pod: Object, rules: Rules) -> Verdict:
    """Return what becomes of a pod; of several warnings the last counts."""
    verdict = Verdict()
    for look in (_is_going, _is_of_daemon_set, _is_mirror, _has_local_data, _is_unmanaged):
        verdict = look(pod, rules)
        if not verdict.goes:
            break
    return verdict


def is_skipped(pod: Object, rules: Rules) -> bool:
    """Return whether the pod has been going for so long that nobody waits for it."""
    stamp = pod["metadata"].get("deletionTimestamp")
    return bool(rules.skip_deleted > 0 and stamp and rules.now - parse_rfc3339(stamp) > rules.skip_deleted)


def _is_finished(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _is_going(pod: Object, rules: Rules) -> Verdict:
    return Verdict(goes=not is_skipped(pod, rules))


def _is_of_daemon_set(pod: Object, rules: Rules) -> Verdict:
    owner = controller_of(pod)
    if owner is None or (owner["apiVersion"], owner["kind"]) != ("apps/v1", "DaemonSet") or _is_finished(pod):
        return Verdict()
    try:
        rules.get_daemon_set(pod["metadata"]["namespace"], owner["name"])
    except StatusError as error:
        if isinstance(error, NotFound) and rules.force:
            return Verdict(warning=error.message)
        return Verdict(goes=False, error=error.message)
    if not rules.ignore_daemon_sets:
        return Verdict(goes=False, error="DaemonSet-managed Pods (use --ignore-daemonsets to ignore)")
    return Verdict(goes=False, warning="ignoring DaemonSet-managed Pods")


def _is_mirror(pod: Object, rules: Rules) -> Verdict:
    return Verdict(goes=MIRROR not in (pod["metadata"].get("annotations") or {}))


def _has_local_data(pod: Object, rules: Rules) -> Verdict:
    if _is_finished(pod) or not any(v.get("emptyDir") is not None for v in pod["spec"].get("volumes") or []):
        return Verdict()
    if not rules.delete_empty_dir:
        return Verdict(goes=False, error="Pods with local storage (use --delete-emptydir-data to override)")
    return Verdict(warning="deleting Pods with local storage")


def _is_unmanaged(pod: Object, rules: Rules) -> Verdict:
    if _is_finished(pod) or controller_of(pod) is not None:
        return Verdict()
    if not rules.force:
        return Verdict(goes=False, error="cannot delete Pods that declare no controller (use --force to override)")
    return Verdict(warning="deleting Pods that declare no controller")


def group_by_text(pods: list[Object], texts: list[str]) -> dict[str, list[str]]:
    """Return the pods (`namespace/name`) by what is said of them, leaving out those of whom nothing is."""
    groups: dict[str, list[str]] = {}
    for pod, text in zip(pods, texts, strict=True):
        if text:
            groups.setdefault(text, []).append(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
    return groups
