"""An API, a runtime and a catalogue in memory, and a small cluster of them for a kubelet under test."""

from __future__ import annotations

import copy
import itertools
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.errors import AlreadyExists, Conflict, NotFound
from minikube_py.client.reconcile import Key
from minikube_py.component_base.clock import FakeClock, format_rfc3339
from minikube_py.cri.runtime import (
    ContainerConfig,
    ContainerStats,
    ContainerStatus,
    CRIError,
    ExecResult,
    SandboxConfig,
    SandboxStatus,
)
from minikube_py.kubelet.images import Image, parse_reference
from minikube_py.kubelet.kubelet import Kubelet
from minikube_py.kubelet.node_services import KubeletOptions

Object = dict[str, Any]
POD_IP = "10.244.0.7"


class FakeLister:
    def __init__(self, objects: dict[tuple[str, str, str], Object], plural: str) -> None:
        self._objects, self._plural = objects, plural

    def get(self, namespace: str, name: str) -> Object | None:
        return self._objects.get((self._plural, namespace, name))

    def by_node(self, node: str) -> list[Object]:
        return [o for o in self._objects.values() if o.get("spec", {}).get("nodeName") == node]

    def list(self, namespace: str = "") -> list[Object]:
        return [o for (p, ns, _), o in self._objects.items() if p == self._plural and namespace in ("", ns)]


class FakeClient:
    """Objects by (plural, namespace, name); every write replaces the object, so what was read before stays as it was."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str, str], Object] = {}
        self.patches: list[Object] = []
        self._versions = itertools.count(1)

    def put(self, plural: str, obj: Object) -> Object:
        stored = copy.deepcopy(obj)
        stored["metadata"]["resourceVersion"] = str(next(self._versions))
        self.objects[plural, stored["metadata"].get("namespace", ""), stored["metadata"]["name"]] = stored
        return stored

    def get(self, resource: Any, name: str, namespace: str = "") -> Object:
        try:
            return copy.deepcopy(self.objects[resource.plural, namespace, name])
        except KeyError:
            raise NotFound(f'{resource.plural} "{name}" not found') from None

    def create(self, resource: Any, obj: Object, namespace: str = "") -> Object:
        if (resource.plural, obj["metadata"].get("namespace", ""), obj["metadata"]["name"]) in self.objects:
            raise AlreadyExists("already exists")
        return self.put(resource.plural, obj)

    def update(self, resource: Any, obj: Object, subresource: str = "") -> Object:
        metadata = obj["metadata"]
        stored = self.get(resource, metadata["name"], metadata.get("namespace", ""))
        if metadata.get("resourceVersion", stored["metadata"]["resourceVersion"]) != stored["metadata"]["resourceVersion"]:
            raise Conflict("the object has been modified")
        return self.put(resource.plural, obj)

    def patch(
        self, resource: Any, name: str, body: Object, namespace: str = "", *, content_type: str = "", subresource: str = ""
    ) -> Object:
        obj = self.get(resource, name, namespace)
        wanted = body.get("metadata", {}).get("uid")
        if wanted and wanted != obj["metadata"].get("uid"):
            raise Conflict("the uid is another")
        self.patches.append(body)
        return self.put(resource.plural, merge(obj, body))

    def delete(self, resource: Any, name: str, namespace: str = "", options: Object | None = None) -> Object:
        obj = self.get(resource, name, namespace)
        if (options or {}).get("preconditions", {}).get("uid", obj["metadata"]["uid"]) != obj["metadata"]["uid"]:
            raise Conflict("the uid is another")
        del self.objects[resource.plural, namespace, name]
        return obj


def merge(obj: Object, patch: Object) -> Object:
    """The part of strategic merge that kubelets use: conditions by type and in the order told, `$patch: replace` for lists, `delete` for a condition."""
    result = dict(obj)
    order = [entry["type"] for entry in patch.get("$setElementOrder/conditions", ())]
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            result.pop(key, None)
        elif key == "conditions":
            by_type = {c["type"]: c for c in result.get(key, [])}
            gone = [change["type"] for change in value if change.get("$patch") == "delete"]
            for change in value:
                by_type[change["type"]] = merge_condition(by_type.get(change["type"], {}), change)
            kept = [condition for name, condition in by_type.items() if name not in gone]
            result[key] = sorted(kept, key=lambda c: order.index(c["type"]) if c["type"] in order else -1)
        elif isinstance(value, list) and value and value[0] == {"$patch": "replace"}:
            result[key] = value[1:]
        elif isinstance(value, dict):
            result[key] = merge(result.get(key) or {}, value) if key in ("status", "metadata", "labels") else value
        else:
            result[key] = value
    return result


def merge_condition(old: Object, change: Object) -> Object:
    merged = {**old, **change}
    return {key: value for key, value in merged.items() if value is not None or key == "lastProbeTime"}


class FakeRecorder:
    def __init__(self) -> None:
        self.events: list[tuple[str, str, str]] = []
        self.paths: list[str] = []

    def event(self, obj: Object, event_type: str, reason: str, message: str, field_path: str = "") -> None:
        self.events.append((event_type, reason, message))
        self.paths.append(field_path)


def make_image(name: str, tag: str, user: str = "") -> Image:
    return Image(
        name=f"docker.io/library/{name}",
        reference=f"docker.io/library/{name}:{tag}",
        entrypoint=("/entry",),
        cmd=("run",),
        env={},
        working_dir="",
        user=user,
        ports=(),
        size=1234,
        digest="sha256:" + "a" * 64,
        exits=None,
        shell="/bin/sh",
        stop_signal="",
        busybox=False,
        bin={},
    )


class FakeImages:
    """Knows nginx and busybox, and `web-user` whose user is web."""

    def __init__(self) -> None:
        self.users = {"nginx": "", "busybox": "", "web-user": "web", "app": "1000"}

    def resolve(self, image: str) -> Image | None:
        reference = parse_reference(image)
        name = reference.repository.removeprefix("library/")
        return make_image(name, reference.tag, self.users[name]) if name in self.users else None

    def pull_error(self, image: str) -> str:
        return f'failed to pull and unpack image "docker.io/library/{image}:latest": not found'


class SocketStream:
    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        self._sock.close()


class FakeRuntime:
    """Containers that do what the test says: they run until `exit` is called, or as `script` has it by container name."""

    name = "fake"
    runs_processes = True
    shortfall = ""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.sandboxes: dict[str, SandboxStatus] = {}
        self.configs: dict[str, ContainerConfig] = {}
        self.stopped: list[tuple[str, float]] = []
        self.polite = True  # containers end when they are told to
        self.exec_results: dict[str, ExecResult | Exception] = {}
        self.execs: list[tuple[str, tuple[str, ...]]] = []
        self.dial_result: Callable[[int], Any] = lambda port: ConnectionRefusedError(111, "Connection refused")
        self.limits: dict[str, int | None] = {}
        self.start_errors: dict[str, CRIError] = {}
        self.broken_programs: set[str] = set()
        self.on_change: Callable[[str], None] = lambda uid: None

    def start(self, on_change: Callable[[str], None]) -> None:
        self.on_change = on_change

    def close(self) -> None: ...

    def shutdown(self) -> None: ...

    def ensure_sandbox(self, config: SandboxConfig) -> SandboxStatus:
        known = self.sandboxes.get(config.pod_uid)
        if known is None or known.state == "stopped":
            kept = known.containers if known is not None else ()
            status = SandboxStatus(config.pod_uid, config.namespace, config.name, "ready", POD_IP, self.clock.now(), kept)
            self.sandboxes[config.pod_uid] = status
        return self.sandboxes[config.pod_uid]

    def stop_sandbox(self, pod_uid: str) -> None:
        if pod_uid in self.sandboxes:
            self.sandboxes[pod_uid] = replace(self.sandboxes[pod_uid], state="stopped", ip="")

    def remove_sandbox(self, pod_uid: str) -> None:
        self.sandboxes.pop(pod_uid, None)

    def start_container(self, config: ContainerConfig) -> None:
        if config.name in self.start_errors:
            raise self.start_errors[config.name]
        self.configs[config.id] = config
        now = self.clock.now()
        status = ContainerStatus(
            config.id,
            config.pod_uid,
            config.name,
            config.attempt,
            config.image,
            "running",
            1,
            now,
            now,
            log_path=config.log_path,
        )
        if config.name in self.broken_programs:
            status = replace(status, state="exited", started_at=0.0, exit_code=128, reason="StartError", message="no such file")
        self._change(config.pod_uid, [*self.sandboxes[config.pod_uid].containers, status])

    def exit(self, container_id: str, code: int = 0, reason: str = "") -> None:
        uid = container_id.split("/")[0]
        ended: Object = {
            "state": "exited",
            "finished_at": self.clock.now(),
            "exit_code": code,
            "reason": reason or ("Error" if code else "Completed"),
        }
        self._change(uid, [replace(c, **ended) if c.id == container_id else c for c in self.sandboxes[uid].containers])

    def stop_container(self, container_id: str, grace_seconds: float) -> None:
        self.stopped.append((container_id.split("/", 1)[1], grace_seconds))
        if self.polite:
            self.exit(container_id, 137)

    def update_container(self, container_id: str, memory_limit: int | None) -> None:
        self.limits[container_id.split("/", 1)[1]] = memory_limit

    def remove_container(self, container_id: str) -> None:
        uid = container_id.split("/")[0]
        sandbox = self.sandboxes[uid]
        self.sandboxes[uid] = replace(sandbox, containers=tuple(c for c in sandbox.containers if c.id != container_id))

    def _change(self, uid: str, containers: list[ContainerStatus]) -> None:
        self.sandboxes[uid] = replace(self.sandboxes[uid], containers=tuple(containers))
        self.on_change(uid)

    def status(self, pod_uid: str) -> SandboxStatus | None:
        return self.sandboxes.get(pod_uid)

    def list(self) -> list[SandboxStatus]:
        return list(self.sandboxes.values())

    def exec_sync(self, container_id: str, command: Sequence[str], timeout: float) -> ExecResult:
        self.execs.append((container_id.split("/", 1)[1], tuple(command)))
        result = self.exec_results.get(command[0], ExecResult(0, b"", b""))
        if isinstance(result, Exception):
            raise result
        return result

    def exec(self, container_id: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Any:
        raise NotImplementedError

    def attach(self, container_id: str, *, stdin: bool, tty: bool) -> Any:
        raise NotImplementedError

    def port_forward(self, pod_uid: str, port: int) -> Any:
        raise NotImplementedError

    def dial(self, pod_uid: str, port: int, timeout: float) -> Any:
        result = self.dial_result(port)
        if isinstance(result, Exception):
            raise result
        return result

    def stats(self) -> Sequence[ContainerStats]:
        return [
            ContainerStats(c.pod_uid, c.name, 1.5, 4096, 0.0, 0.0, 0.0) for s in self.sandboxes.values() for c in s.containers
        ]


class InlineExecutor:
    def submit(self, fn: Callable[[], None], /) -> None:
        fn()


class HeldExecutor:
    """Keeps what it is given until `release`."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] = []

    def submit(self, fn: Callable[[], None], /) -> None:
        self.held.append(fn)

    def release(self) -> None:
        held, self.held = self.held, []
        for fn in held:
            fn()


class HttpServer:
    """A `dial_result` whose connections are answered at once; what was asked stays in the peers' buffers."""

    def __init__(self, status: str, headers: str = "") -> None:
        self._answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n{headers}\r\n".encode()
        self.peers: list[socket.socket] = []

    def __call__(self, port: int) -> SocketStream:
        ours, peer = socket.socketpair()
        peer.sendall(self._answer)
        self.peers.append(peer)
        return SocketStream(ours)

    def close(self) -> None:
        for peer in self.peers:
            peer.close()


def make_node(**allocatable: str) -> Object:
    return {
        "metadata": {"name": "minikube", "labels": {"disk": "ssd"}, "uid": "node-uid"},
        "status": {"allocatable": {"cpu": "2", "memory": "4Gi", "pods": "110", **allocatable}},
    }


def make_pod(name: str = "web", containers: list[Object] | None = None, **spec: Any) -> Object:
    """A pod as the API server and the scheduler leave it."""
    made = containers if containers is not None else [{"name": "main", "image": "busybox"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", "labels": {}, "annotations": {}},
        "spec": {"nodeName": "minikube", "restartPolicy": "Always", "containers": made, **spec},
        "status": {"phase": "Pending", "qosClass": "BestEffort"},
    }


class Cluster:
    """One kubelet with everything around it. `settle` reconciles until nothing is queued; `advance` lets time pass in steps."""

    def __init__(self, pods_dir: Path, executor: Any = None) -> None:
        self.clock = FakeClock()
        self.client = FakeClient()
        self.events = FakeRecorder()
        self.runtime = FakeRuntime(self.clock)
        self.images = FakeImages()
        self.executor = executor or InlineExecutor()
        self.pods_dir = pods_dir
        self.queue: list[Key] = []
        self.due: dict[Key, float] = {}
        self.tokens: list[tuple[str, str, int]] = []
        self.client.put("nodes", make_node())
        self.kubelet = self.start_kubelet()

    def start_kubelet(self) -> Kubelet:
        """A kubelet with an empty memory, as after a restart of the daemon."""
        options = KubeletOptions("minikube", self.pods_dir, "192.168.49.2")
        self.kubelet = Kubelet(self, self.runtime, self.images, options, self.executor, self.request_token)
        self.runtime.start(self.kubelet.on_change)
        return self.kubelet

    # the Context

    def lister(self, resource: Any) -> FakeLister:
        return FakeLister(self.client.objects, resource.plural)

    def recorder(self, component: str) -> FakeRecorder:
        assert component == "kubelet"
        return self.events

    def enqueue(self, key: Key, after: float = 0.0) -> None:
        self.queue.append(key)

    def request_token(self, namespace: str, account: str, pod: Object, audience: str, seconds: int) -> tuple[str, float]:
        self.tokens.append((account, audience, seconds))
        return f"token-{len(self.tokens)}", self.clock.now() + seconds

    # what tests do

    def apply(self, pod: Object) -> None:
        self.client.put("pods", pod)
        self.enqueue(Key(pod["metadata"]["namespace"], pod["metadata"]["name"]))
        self.settle()

    def settle(self) -> None:
        for _ in range(100):
            if not self.queue:
                return
            key = self.queue.pop(0)
            before = len(self.client.patches)
            result = self.kubelet.reconcile(key)
            self.due.pop(key, None)
            if result.requeue_after is not None:
                self.due[key] = self.clock.now() + result.requeue_after
            if len(self.client.patches) > before:
                self.enqueue(key)  # as the watch would
        raise AssertionError("the kubelet does not come to rest")

    def advance(self, seconds: float) -> None:
        """Let time pass, stopping at every moment the kubelet asked for."""
        end = self.clock.now() + seconds
        while self.due and min(self.due.values()) <= end:
            key = min(self.due, key=lambda k: self.due[k])
            moment = self.due.pop(key)
            self.clock.advance(max(0.0, moment - self.clock.now()))
            self.enqueue(key)
            self.settle()
        self.clock.advance(end - self.clock.now())

    def get(self, name: str = "web") -> Object:
        return self.client.objects["pods", "default", name]

    def status(self, name: str = "web") -> Object:
        found: Object = self.get(name)["status"]
        return found

    def container(self, name: str = "web", index: int = 0) -> Object:
        found: Object = self.status(name)["containerStatuses"][index]
        return found

    def conditions(self, name: str = "web") -> dict[str, tuple[str, str, str]]:
        return {c["type"]: (c["status"], c.get("reason", ""), c.get("message", "")) for c in self.status(name)["conditions"]}

    def exit(self, run: str, code: int = 0, reason: str = "", pod: str = "web") -> None:
        self.runtime.exit(f"uid-{pod}/{run}", code, reason)
        self.settle()

    def delete(self, name: str = "web", grace: int = 30) -> None:
        pod = copy.deepcopy(self.get(name))
        pod["metadata"] |= {"deletionTimestamp": format_rfc3339(self.clock.now() + grace), "deletionGracePeriodSeconds": grace}
        self.apply(pod)

    def reasons(self) -> list[str]:
        return [reason for _, reason, _ in self.events.events]

    def messages(self, reason: str) -> list[str]:
        return [message for _, found, message in self.events.events if found == reason]
