"""daemonset-controller: keeps a pod on every node that is to have one. Upstream: pkg/controller/daemon.

`nodes` says which nodes those are, `placing` and `rolling` decide on pods, `status` counts; all are pure, on a `view`. `history` keeps revisions.
https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.labels import selector_from_object
from minikube_py.client.adoption import claim_objects, is_staying
from minikube_py.client.backoff import Backoff
from minikube_py.client.pod_control import PodControl, keys_by_pod, make_pod
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CONTROLLER_REVISIONS, DAEMON_SETS, NODES, PODS
from minikube_py.controller.daemonset import status
from minikube_py.controller.daemonset.history import Revisions, clean_up, sync_history
from minikube_py.controller.daemonset.nodes import make_template
from minikube_py.controller.daemonset.placing import list_homeless, place
from minikube_py.controller.daemonset.rolling import roll
from minikube_py.controller.daemonset.view import View, look_at

Object = dict[str, Any]
BURST = 250  # pods made or deleted in one reconcile
FIRST_DELAY, MAX_DELAY = 1.0, 900.0  # seconds until a failed pod is replaced, doubled with each on the same node


class DaemonSetController:
    """Reconciles one DaemonSet."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._recorder = context.recorder("daemonset-controller")
        self._control = PodControl(context, self._recorder)
        self._backoff = Backoff(FIRST_DELAY, MAX_DELAY)
        self._seen: dict[str, Any] = {}  # of each node what daemon sets look at

    def has_changed(self, name: str) -> bool:
        """Return whether a node's labels or taints are others than when this was last asked, or the node came or went."""
        node = self._context.lister(NODES).get("", name)
        facts = None if node is None else (node["metadata"].get("labels"), (node.get("spec") or {}).get("taints"))
        if self._seen.get(name) == facts:
            return False
        self._seen[name] = facts
        return True

    def reconcile(self, key: Key) -> Result:
        """Make and delete pods as nodes and template want it, and say so in the status. Raises StatusError."""
        daemon_set = self._context.lister(DAEMON_SETS).get(*key)
        if daemon_set is None or not is_staying(daemon_set):
            return Result()
        selector = selector_from_object(daemon_set["spec"].get("selector"))
        pods = claim_objects(self._context, PODS, daemon_set, lambda pod: selector.matches(pod["metadata"].get("labels") or {}))
        revisions = sync_history(self._context, daemon_set, pods)
        view = look_at(daemon_set, revisions.digest, self._context.clock.now(), self._context.lister(NODES).list(), pods)
        failure: errors.StatusError | None = None
        wait = None
        try:
            wait = self._work(view, revisions, pods)
        except errors.StatusError as error:
            failure = error
        self._report(view)
        if failure is not None:
            raise failure
        return Result(min((w for w in (wait, status.tell_next_check(view)) if w is not None), default=None))

    def _work(self, view: View, revisions: Revisions, pods: list[Object]) -> float | None:
        """Place pods; where all are in place, roll on. Return when to look again at failed ones."""
        placings = {node: place(view, node) for node in view.fits}
        delete = [pod for placing in placings.values() for pod in placing.delete] + list_homeless(view)
        wait = None
        for node, placing in placings.items():
            for pod in placing.ended:
                left = self._note_ended(view, pod, node)
                if left:
                    wait = min(wait or left, left)
                else:
                    delete.append(pod)
        create = [node for node, placing in placings.items() if placing.create]
        if create or delete:
            self._sync_nodes(view, create, delete)
        elif view.daemon_set["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            step = roll(view)
            self._sync_nodes(view, step.create, step.delete)
        clean_up(self._context, view.daemon_set, revisions.old, pods)
        return wait

    def _note_ended(self, view: View, pod: Object, node: str) -> float:
        """Tell of a pod that has ended; return how long it stays yet, so that a node that refuses it is not flooded."""
        metadata = pod["metadata"]
        which = f"daemon pod {metadata['namespace']}/{metadata['name']} on node {node}"
        if pod["status"]["phase"] == "Succeeded":
            message = f"Found succeeded {which}, will try to delete it"
            self._recorder.event(view.daemon_set, "Normal", "SucceededDaemonPod", message)
            return 0.0
        daemon_set = view.daemon_set
        observed = (daemon_set.get("status") or {}).get("observedGeneration") or 0
        key = f"{daemon_set['metadata']['uid']}/{observed}/{node}"
        left = self._backoff.get_remaining(key, self._backoff.get_updated(key), view.now)
        if not left:
            self._backoff.next(key, view.now)
            message = f"Found failed {which}, will try to kill it"
            self._recorder.event(daemon_set, "Warning", "FailedDaemonPod", message)
        return left

    def _sync_nodes(self, view: View, create: list[str], delete: list[Object]) -> None:
        """Make a pod for each of the nodes, and delete pods. What goes well is done before an error is raised."""
        daemon_set = view.daemon_set
        pods = [make_pod(daemon_set, make_template(daemon_set, view.digest, node)) for node in create[:BURST]]
        _, failure = self._control.create_all(daemon_set, pods)
        for pod in delete[:BURST]:
            self._control.delete(view.daemon_set, pod)
        if failure is not None:
            raise failure

    def _report(self, view: View) -> None:
        state = status.calculate_status(view)
        if state != (view.daemon_set.get("status") or {}):
            self._context.client.update(DAEMON_SETS, {**view.daemon_set, "status": state}, "status")


def _keys_by_node(node: Object, context: Context) -> Iterable[Key]:
    controller: DaemonSetController = context.reconciler
    if not controller.has_changed(node["metadata"]["name"]):
        return []
    return [Key(d["metadata"]["namespace"], d["metadata"]["name"]) for d in context.lister(DAEMON_SETS).list()]


CONTROLLER = Controller(
    "daemonset",
    (
        Watch(DAEMON_SETS),
        Watch(PODS, keys_by_pod(DAEMON_SETS)),
        Watch(CONTROLLER_REVISIONS, keys_by_pod(DAEMON_SETS)),
        Watch(NODES, _keys_by_node),
    ),
    DaemonSetController,
)
