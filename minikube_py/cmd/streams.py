"""Streams between a command and a pod: logs from files, exec, attach and port-forward through the node agent.

It does what the API server's pod subresources and the kubelet's streaming server do, with their words for what goes wrong.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import BadRequest, InternalError, NotFound, new_not_served
from minikube_py.client.request import Request
from minikube_py.client.streams import STDOUT, LogRequest, NotRunning, Output, Stream, StreamError
from minikube_py.cmd.pod_log_options import read_log_options, read_switch
from minikube_py.component_base.clock import RealClock
from minikube_py.kubelet.logs import LogOptions, choose_attempt, get_log_path, read_beginning, read_logs

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.cmd.measuring import Measurer
    from minikube_py.cri.process import ProcessRuntime
    from minikube_py.cri.runtime import ContainerStatus

Object = dict[str, Any]

CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
STATUS_LISTS = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
FOLLOW_SECONDS = 0.1  # a follower looks this often for new lines; pokes tell it of the container's end
EXEC_FAILED = "Internal error occurred: Internal error occurred: error executing command in container: {}"
NO_UPGRADE = "Internal error occurred: unable to upgrade connection: {}"
NO_PROCESSES = "{} needs a process: the fake runtime runs none (start the cluster with --runtime process or sandbox)"


class PodStreams:
    """Opens streams to the pods of the cluster in `directory`. Safe for many threads.

    `hint` is called where a cluster that does not run leaves who asks waiting or without an answer.
    """

    def __init__(self, directory: Path, server: KubeApiServer, hint: Callable[[], None] = lambda: None) -> None:
        self._directory, self._server, self._hint = directory, server, hint
        self._lock = threading.Lock()
        self._numbers = count(1)

    def connect(self, request: Request) -> Any:
        """Open what a connect request asks for: log, exec, attach or portforward of a pod."""
        params = request.params
        where = (request.namespace, request.name)
        if request.subresource == "log":
            return self.logs(*where, read_log_options(request.name, params, RealClock().now()))
        container = params.get("container", "")
        stdin, tty = (read_switch(params, name) for name in ("stdin", "tty"))
        if request.subresource == "exec":
            return self.exec(*where, container, request.body or [], stdin=stdin, tty=tty)
        if request.subresource == "attach":
            return self.attach(*where, container, stdin=stdin, tty=tty)
        if request.subresource == "portforward":
            return self.port_forward(*where, int(params["port"]))
        raise new_not_served()

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        """Yield a container's log; see `client.streams.PodStreams`."""
        found = self._get(namespace, pod)
        container = choose_container(found, request.container)
        if not found["spec"].get("nodeName"):
            return iter(())
        try:
            attempt = choose_attempt(found, container, request.previous)
        except ValueError as error:
            raise BadRequest(str(error)) from None
        options = LogOptions(request.tail_lines, request.since, request.timestamps, request.limit_bytes)
        path = self._log_path(found, container, attempt)
        if not request.follow or (not path.exists() and self._config.runtime == "fake"):  # nothing comes where nothing runs
            return read_logs(path, options)
        return self._follow(path, options, found, container, attempt)

    def _follow(self, path: Path, options: LogOptions, pod: Object, container: str, attempt: int) -> Iterator[bytes]:
        from minikube_py.component_base.poke import Listener
        from minikube_py.component_base.sockets import wait_readable

        listener = Listener(self._directory / "pokes", f"logs-{os.getpid()}-{next(self._numbers)}")

        def wait() -> bool:
            if not self._is_running(pod, container, attempt):
                return False
            self._hint()
            if wait_readable((listener,), FOLLOW_SECONDS):
                listener.drain()
            return True

        try:
            yield from read_logs(path, options, wait)
        finally:
            listener.close()

    def _is_running(self, pod: Object, container: str, attempt: int) -> bool:
        """Return whether that run of the container may still write."""
        metadata = pod["metadata"]
        try:
            now = self._get(metadata["namespace"], metadata["name"])
        except NotFound:
            return False
        if now["metadata"]["uid"] != metadata["uid"]:
            return False
        status = find_status(now, container)
        return bool(status) and status.get("restartCount", 0) == attempt and "running" in (status.get("state") or {})

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Stream:
        """Run a command in a running container."""
        from minikube_py.cri.runtime import CRIError

        found, spec = self._find_container(namespace, pod, container)
        running = self._find_running(found, spec["name"], "exec", f'container not found ("{spec["name"]}")')
        words = (self._find_command(spec["image"], command[0]), *command[1:])
        try:
            return self._frames(self.runtime.exec(running.id, words, stdin=stdin, tty=tty), explain=EXEC_FAILED)
        except CRIError as error:
            raise StreamError(EXEC_FAILED.format(error)) from None

    def attach(self, namespace: str, pod: str, container: str, *, stdin: bool, tty: bool, replay: bool = False) -> Stream:
        """Join a running container's own streams."""
        from minikube_py.cri.runtime import CRIError

        found, spec = self._find_container(namespace, pod, container)
        metadata = found["metadata"]
        missing = f"container {spec['name']} not found in pod {metadata['name']}_{metadata['namespace']}"
        running = self._find_running(found, spec["name"], "attach", missing)
        try:
            connection, logged = self.runtime.attach_after(running.id, stdin=stdin, tty=tty)
        except CRIError:
            raise NotRunning(NO_UPGRADE.format(missing)) from None
        before = read_beginning(Path(running.log_path), logged) if replay else b""
        if spec.get("tty"):
            before = before.replace(b"\n", b"\r\n")
        return self._frames(connection, before)

    def open_port_forward(self, namespace: str, pod: str) -> Callable[[int], socket.socket]:
        """Begin a session with the pod; it stays with this very pod, whatever takes its name later."""
        found = self._get(namespace, pod)
        self._check_host(found)
        if self._config.runtime == "fake":
            raise StreamError(f"error upgrading connection: {NO_PROCESSES.format('port-forward')}")
        self._hint()
        uid = found["metadata"]["uid"]
        return lambda port: self._dial(uid, port)

    def port_forward(self, namespace: str, pod: str, port: int) -> socket.socket:
        """Connect to a port of the pod, once."""
        return self.open_port_forward(namespace, pod)(port)

    def _dial(self, uid: str, port: int) -> socket.socket:
        from minikube_py.cri.runtime import CRIError

        try:
            stream = self.runtime.port_forward(uid, port)
        except (OSError, CRIError) as error:
            number = error.errno if isinstance(error, OSError) else None
            why = os.strerror(number).lower() if number else str(error)
            text = f"failed to connect to localhost:{port} inside pod, IPv4: dial tcp4 127.0.0.1:{port}: connect: {why}"
            raise StreamError(f"error forwarding port {port} to pod {uid}, uid : {text}") from None
        assert isinstance(stream, socket.socket)
        return stream

    def _get(self, namespace: str, name: str) -> Object:
        with self._lock:
            found: Object = self._server.handle(Request("get", "", "v1", "pods", namespace, name)).object
        return found

    def _find_container(self, namespace: str, pod: str, container: str) -> tuple[Object, Object]:
        """Return the pod and the container's spec. Raises StatusError."""
        found = self._get(namespace, pod)
        name = choose_container(found, container)
        self._check_host(found)
        return found, next(c for c in list_containers(found) if c["name"] == name)

    def _check_host(self, pod: Object) -> None:
        if not pod["spec"].get("nodeName"):
            raise BadRequest(f"pod {pod['metadata']['name']} does not have a host assigned")

    def _find_running(self, pod: Object, container: str, what: str, missing: str) -> ContainerStatus:
        """Return the container's present run. Raises NotRunning."""
        from minikube_py.cri.runtime import CRIError

        if self._config.runtime == "fake":
            raise InternalError(f"Internal error occurred: {NO_PROCESSES.format(what)}")
        try:
            sandbox = self.runtime.status(pod["metadata"]["uid"])
        except (CRIError, OSError):
            self._hint()
            sandbox = None  # nothing runs: the cluster is stopped
        for status in reversed(sandbox.containers if sandbox else ()):
            if status.name == container and status.state == "running":
                return status
        raise NotRunning(NO_UPGRADE.format(missing))

    @cached_property
    def _config(self) -> Any:
        from minikube_py.minikube.profile import Profile

        return Profile(self._directory.name, self._directory.parent).load()

    @cached_property
    def runtime(self) -> ProcessRuntime:
        """The cluster's runtime; a command never starts its agent."""
        from minikube_py.cri.process import ProcessRuntime

        runtime = ProcessRuntime(str(self._directory / "agent"))
        runtime.close()
        return runtime

    @cached_property
    def measurer(self) -> Measurer:
        """What asks the runtime how much pods use."""
        from minikube_py.cmd.measuring import Measurer

        return Measurer(self._config.runtime, lambda: self.runtime)

    def _frames(self, connection: Any, before: bytes = b"", explain: str = "{}") -> Stream:
        from minikube_py.cmd.frame_stream import FrameStream

        return FrameStream(connection, [Output(STDOUT, before)] if before else [], explain)

    def _find_command(self, image: str, name: str) -> str:
        """Return what stands behind a command given by its path in the image; PATH finds the others."""
        if "/" not in name:
            return name
        from minikube_py.cmd.runtimes import is_sandbox
        from minikube_py.kubelet.images import find_command, find_in_root, load_catalogue, make_bin_directory

        known = load_catalogue(self._directory.parent / "images.yaml").resolve(image)
        if known is None:
            return name
        commands = self._directory / "commands"
        if is_sandbox(self._config.runtime, self._directory) and known.shell:
            return find_in_root(name, known, commands)
        return find_command(name, make_bin_directory(known, commands))

    def _log_path(self, pod: Object, container: str, attempt: int) -> Path:
        return get_log_path(self._directory / "pods" / pod["metadata"]["uid"], container, attempt)


def list_containers(pod: Object) -> list[Object]:
    """Return a pod's containers of all three kinds, init containers first."""
    return [c for key in CONTAINER_LISTS for c in pod["spec"].get(key) or ()]


def find_status(pod: Object, container: str) -> Object:
    """Return a container's status, {} where there is none yet."""
    statuses = (s for key in STATUS_LISTS for s in (pod.get("status") or {}).get(key) or ())
    return next((s for s in statuses if s["name"] == container), {})


def choose_container(pod: Object, name: str) -> str:
    """Return the container a request means: the named one, else the only one. Raises BadRequest with the API server's words."""
    known = [c["name"] for c in list_containers(pod)]
    pod_name = pod["metadata"]["name"]
    if name:
        if name not in known:
            raise BadRequest(f"container {name} is not valid for pod {pod_name}")
        return name
    if len(pod["spec"]["containers"]) == 1:
        only: str = pod["spec"]["containers"][0]["name"]
        return only
    raise BadRequest(f"a container name must be specified for pod {pod_name}, choose one of: [{' '.join(known)}]")
