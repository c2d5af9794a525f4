"""One pod on this node, from its admission to its end: what is compared with what should be, one step at a time.

    admitted -> volumes -> sandbox -> init containers -> containers -> (all ended | deleted | past its deadline)
    -> hooks and stop signals -> sandbox stopped -> final status -> volumes removed -> object deleted

Every call of `sync` looks at the runtime anew, does what can be done at once and says when to come again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from minikube_py.apimachinery.errors import Conflict, Invalid, NotFound
from minikube_py.apis.core.given_resources import put, read_given
from minikube_py.client.resources import PODS
from minikube_py.component_base.clock import format_rfc3339, format_rfc3339_micro, parse_rfc3339
from minikube_py.component_base.removal import remove_tree
from minikube_py.cri.runtime import CRIError, SandboxStatus
from minikube_py.kubelet.admission import admit
from minikube_py.kubelet.container_config import get_hosts_path, make_sandbox_config
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.network_files import make_hosts_file
from minikube_py.kubelet.node_services import NodeServices, Wakes
from minikube_py.kubelet.pod_actions import compute_actions
from minikube_py.kubelet.pod_containers import PodContainers
from minikube_py.kubelet.pod_volumes import PodVolumes
from minikube_py.kubelet.quantities import get_memory_limit
from minikube_py.kubelet.resizing import RETRY_SECONDS, Refusal, Resizing, judge_resize
from minikube_py.kubelet.status import TERMINAL_PHASES, PodState, generate_pod_status, get_known_status, make_status_patch
from minikube_py.kubelet.storage_limits import LOOK_SECONDS, find_excess, has_limits

SANDBOX_RETRY = 10.0
EVICTION_GRACE = 1.0
DEADLINE_MESSAGE = "Pod was active on the node longer than the specified deadline"


class PodWorker:
    """Runs one pod. `notify` queues the pod again, from any thread."""

    def __init__(self, node: NodeServices, pod: Object, notify: Callable[[], None]) -> None:
        self.uid: str = pod["metadata"]["uid"]
        self.namespace: str = pod["metadata"]["namespace"]
        self.name: str = pod["metadata"]["name"]
        self._node = node
        self._pod = pod
        self._directory = node.get_pod_directory(self.uid)
        self._volumes = PodVolumes(node, self.uid)
        self._containers = PodContainers(node, self._volumes, notify)
        self._resizing = Resizing(pod)
        self._storage_look_at = node.clock.now() + LOOK_SECONDS
        self._sandbox: SandboxStatus | None = None
        self._sandbox_retry_at = 0.0
        self._written: Object | None = None
        self._seen_at = node.clock.now()
        self._failure: tuple[str, str] | None = None
        self._rejected = False
        self._over = False  # nothing will be started any more
        self._deleted = False
        self._adopt()

    def _adopt(self) -> None:
        """Take over what a kubelet before this one started."""
        self._sandbox = self._node.runtime.status(self.uid)
        if self._sandbox is not None:
            self._containers.adopt(self._sandbox)
        elif self._pod.get("status", {}).get("startTime") is None:
            self._admit()

    def _admit(self) -> None:
        node = self._node.nodes.get("", self._node.options.node_name)
        if node is None:
            return
        rejection = admit(self._pod, node, self._list_others())
        if rejection is not None:
            self._rejected = self._over = True
            self._failure = (rejection.reason, f"Pod was rejected: {rejection.message}")
            self._record("Warning", rejection.reason, rejection.message)

    def _list_others(self) -> list[Object]:
        """Return the other pods that this node has taken, with what they were given."""
        pods = self._node.pods.by_node(self._node.options.node_name)
        return [
            put(pod, read_given(pod))
            for pod in pods
            if pod["metadata"]["uid"] != self.uid and pod.get("status", {}).get("startTime")
        ]

    def sync(self, pod: Object) -> float | None:
        """Bring the pod nearer to what it should be; return in how many seconds to come again, None: upon a change."""
        wakes = Wakes(self._node.clock.now())
        self._pod = self._resizing.apply(pod, wakes.now, self._judge_resize)
        if self._resizing.condition is not None:
            wakes.at(wakes.now + RETRY_SECONDS)
        self._observe()
        if pod["metadata"].get("deletionTimestamp"):
            self._terminate(wakes)
        elif self._is_over(wakes):
            self._wind_down(EVICTION_GRACE if self._is_evicted() else self._get_grace(), wakes)
            self._write_status()
        else:
            self._run(wakes)
            self._write_status()
        return wakes.get_delay()

    def remove(self) -> float | None:
        """End what is left of a pod whose object is gone; return None when nothing is, else when to come again."""
        wakes = Wakes(self._node.clock.now())
        self._observe()
        self._over = True
        if not self._wind_down(1.0 if self._deleted else self._get_grace(), wakes):
            delay = wakes.get_delay()
            return 1.0 if delay is None else delay
        self._node.runtime.remove_sandbox(self.uid)
        self._node.backoff.forget(f"{self.uid}_")
        self._node.images.forget(self.uid)
        remove_tree(self._directory)
        return None

    # -- what is

    def _observe(self) -> None:
        self._sandbox = self._node.runtime.status(self.uid)
        self._containers.observe(self._pod, self._sandbox)

    def _is_over(self, wakes: Wakes) -> bool:
        if not self._over and self._pod.get("status", {}).get("phase") in TERMINAL_PHASES:
            self._over = True
        if not self._over:
            self._check_deadline(wakes)
        if not self._over:
            self._check_storage(wakes)
        return self._over

    def _is_evicted(self) -> bool:
        return self._failure is not None and self._failure[0] == "Evicted"

    def _check_storage(self, wakes: Wakes) -> None:
        if not self._node.options.writes_files or not self._containers.has_run or not has_limits(self._pod):
            return
        if wakes.now >= self._storage_look_at:
            self._storage_look_at = wakes.now + LOOK_SECONDS
            if message := find_excess(self._pod, self._directory):
                self._failure = ("Evicted", message)
                self._over = True
                self._record("Warning", "Evicted", message)
                return
        wakes.at(self._storage_look_at)

    def _check_deadline(self, wakes: Wakes) -> None:
        seconds = self._pod["spec"].get("activeDeadlineSeconds")
        if seconds is None:
            return
        started = self._get_status().get("startTime")
        deadline = (parse_rfc3339(started) if started else wakes.now) + seconds
        if wakes.now < deadline:
            wakes.at(deadline)
            return
        self._failure = ("DeadlineExceeded", DEADLINE_MESSAGE)
        self._over = True
        self._record("Normal", "DeadlineExceeded", DEADLINE_MESSAGE)

    def _get_status(self) -> Object:
        return get_known_status(self._pod, self._written)

    def _get_grace(self) -> float:
        return float(self._pod["spec"].get("terminationGracePeriodSeconds", 30))

    # -- running

    def _judge_resize(self, pod: Object) -> Refusal | None:
        node = self._node.nodes.get("", self._node.options.node_name)
        return judge_resize(pod, node, self._list_others()) if node is not None else None

    def _make_resizes(self, now: float) -> None:
        """Have the containers use what they were given: by another limit, or by a new start."""
        for container in (*self._pod["spec"]["containers"], *(self._pod["spec"].get("initContainers") or ())):
            name, status = container["name"], self._containers.latest.get(container["name"])
            if name not in self._resizing.updates or status is None or status.state != "running":
                continue
            if name in self._resizing.restarts:
                self._containers.kill(container, f"Container {name} resize requires restart", self._get_grace(), now)
            else:
                self._node.runtime.update_container(status.id, get_memory_limit(container))
        self._resizing.settle()

    def _run(self, wakes: Wakes) -> None:
        view = self._make_view()
        ready = self._volumes.sync(self._pod, view, wakes, self._record)
        if not ready and not (self._sandbox is not None and self._sandbox.containers):
            return
        if not self._ensure_sandbox(wakes):
            return
        self._containers.supervise(wakes)
        self._make_resizes(wakes.now)
        assert self._sandbox is not None
        made_at = self._sandbox.created_at
        actions = compute_actions(self._pod, self._containers.latest, self._containers.list_started(), made_at)
        if actions.finished:
            self._over = True
            self._wind_down(self._get_grace(), wakes)
            return
        for container, message in actions.kill:
            self._containers.kill(container, message, self._get_grace(), wakes.now)
        for container in actions.start:
            if self._containers.is_hook_running():
                break
            before = self._get_status()
            if self._containers.start(self._make_view(), container, before, wakes):
                self._observe()
                self._containers.supervise(wakes)
        self._containers.sync_kills(wakes)

    def _ensure_sandbox(self, wakes: Wakes) -> bool:
        if self._sandbox is not None and self._sandbox.state == "ready":
            return True
        if wakes.now < self._sandbox_retry_at:
            wakes.at(self._sandbox_retry_at)
            return False
        try:
            if self._sandbox is not None:
                self._forget_init_containers()
            self._write_hosts("")
            self._sandbox = self._node.runtime.ensure_sandbox(make_sandbox_config(self._pod, self._node.options))
        except (CRIError, OSError) as error:
            self._record("Warning", "FailedCreatePodSandBox", f"Failed to create pod sandbox: {error}")
            self._sandbox_retry_at = wakes.now + SANDBOX_RETRY
            wakes.at(self._sandbox_retry_at)
            return False
        if shortfall := self._node.runtime.shortfall:
            self._record("Normal", "NotIsolated", shortfall)
        self._write_hosts(self._sandbox.ip)
        self._containers.observe(self._pod, self._sandbox)
        return self._sandbox.state == "ready"

    def _forget_init_containers(self) -> None:
        """Let the init containers of a stopped sandbox run again in the next; the others are restarted as after an exit."""
        assert self._sandbox is not None
        self._record("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
        names = {container["name"] for container in self._pod["spec"].get("initContainers") or ()}
        for status in self._sandbox.containers:
            if status.name in names and status.state == "exited":
                self._node.runtime.remove_container(status.id)

    def _write_hosts(self, ip: str) -> None:
        options = self._node.options
        if not options.writes_files:
            return
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = make_hosts_file(self._pod, ip, options.cluster_domain, options.host_hosts)
        get_hosts_path(self._directory).write_text(text)

    def _make_view(self) -> Object:
        """Return the pod as its containers may see it: with its addresses, and the annotations that kubelets add."""
        metadata = self._pod["metadata"]
        host = self._node.options.host_ip
        ip = host if self._pod["spec"].get("hostNetwork") else (self._sandbox.ip if self._sandbox is not None else "")
        seen = {
            "kubernetes.io/config.seen": format_rfc3339_micro(self._seen_at),
            "kubernetes.io/config.source": "api",
        }
        addresses = {"hostIP": host, "hostIPs": [{"ip": host}], "podIP": ip, "podIPs": [{"ip": ip}] if ip else []}
        return {
            **self._pod,
            "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), **seen}},
            "status": {**(self._pod.get("status") or {}), **addresses},
        }

    # -- ending

    def _terminate(self, wakes: Wakes) -> None:
        """End a pod that was deleted, write its last status and let go of its object."""
        self._over = True
        grace = max(1.0, float(self._pod["metadata"].get("deletionGracePeriodSeconds") or 0))
        ended = self._wind_down(grace, wakes)
        if self._deleted:
            return
        if self._containers.has_run or self._written is not None:
            self._write_status()
        if not ended:
            return
        self._volumes.remove()
        options: dict[str, Any] = {"gracePeriodSeconds": 0, "preconditions": {"uid": self.uid}}
        with contextlib.suppress(NotFound, Conflict):  # gone, or another pod has the name by now
            self._node.client.delete(PODS, self.name, self.namespace, options)
        self._deleted = True

    def _wind_down(self, grace: float, wakes: Wakes) -> bool:
        """End all containers, then the sandbox; return whether nothing is left running."""
        self._containers.supervise_ending(wakes)
        if self._containers.end_all(grace, wakes):
            return False
        if self._sandbox is not None and self._sandbox.state == "ready":
            self._node.runtime.stop_sandbox(self.uid)
            self._observe()
        return True

    # -- telling

    def _record(self, event_type: str, reason: str, message: str) -> None:
        self._node.recorder.event(self._pod, event_type, reason, message)

    def _write_status(self) -> None:
        before = self._get_status()
        if self._rejected:
            after = self._make_rejected_status(before)
        else:
            state = PodState(
                previous=before,
                sandbox=self._sandbox,
                host_ip=self._node.options.host_ip,
                now=self._node.clock.now(),
                observed=self._containers.get_observed(),
                terminal=self._over and not self._containers.is_any_running(),
                failure=self._failure,
                resize=self._resizing.condition,
            )
            after = generate_pod_status(self._pod, state)
        patch = make_status_patch(self.uid, before, after)
        if patch is None:
            return
        try:
            written = self._node.client.patch(PODS, self.name, patch, self.namespace, subresource="status")
        except (NotFound, Conflict, Invalid):  # the pod is gone, or another has its name: the caches will say so
            return
        self._written = written["status"]  # the cache holds the very same, so it costs no memory

    def _make_rejected_status(self, before: Object) -> Object:
        reason, message = self._failure or ("", "")
        started = before.get("startTime") or format_rfc3339(self._node.clock.now())
        return {**before, "phase": "Failed", "reason": reason, "message": message, "startTime": started}
