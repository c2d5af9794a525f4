"""A cluster that a test owns: what is in it, how it changes, and how others reach it."""

from __future__ import annotations

import io
import os
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from minikube_py.apimachinery.errors import NotFound, StatusError
from minikube_py.client import kubeconfig
from minikube_py.client.discovery import NoSuchKind, NoSuchResource
from minikube_py.client.request import APPLY_PATCH
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS, EVENTS, NODES
from minikube_py.client.rest import Client
from minikube_py.client.streams import LogRequest
from minikube_py.cmd import wiring
from minikube_py.component_base.removal import remove_tree
from minikube_py.minikube.advance import parse_time_span
from minikube_py.minikube.profile import DEFAULT, Profile
from minikube_py.minikube.start import describe_cluster, describe_owner
from minikube_py.testing.control_plane import ControlPlane
from minikube_py.testing.manifests import Manifest, list_objects
from minikube_py.testing.options import ClusterOptions
from minikube_py.testing.telling import tell_cluster
from minikube_py.testing.tracebacks import raise_at_caller
from minikube_py.testing.waiting import Condition, Wanted, wait_for

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Connection
    from minikube_py.client.discovery import ResourceInfo

Object = dict[str, Any]
Objects = list[Object]
MANAGER = "minikube_py.testing"
SECONDS = 30.0
BACKLOG = 128
MEMORY = "/dev/shm"  # noqa: S108 - what lies there is in a folder of its owner's


class Cluster:
    """A Kubernetes cluster in this process. It runs from `start` (or `with`) to `stop`; nothing of it is left then.

    Every thread may use it. What the API refuses is raised as `minikube_py.apimachinery.errors.StatusError`; objects are plain dicts
    as in JSON. Kinds are named as on kubectl's command line: `pod`, `deployments.apps`, `cm`.
    """

    def __init__(self, options: ClusterOptions = ClusterOptions()) -> None:  # noqa: B008 - a tuple
        self.options = options
        self._connections: list[Connection] = []
        self._own = threading.local()
        self._plane: ControlPlane | None = None
        self._log = io.StringIO()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Begin; return when a node is ready. Raises ValueError for options that do not fit together."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self.folder = make_folder(in_memory=self.options.runtime == "fake")
        try:
            self.profile = Profile(DEFAULT, self.folder)
            self.profile.save(self.options.make_config(DEFAULT, self._listener.getsockname()[1]))
            self._plane = ControlPlane(self.profile, self._listener, self._log)
            self._plane.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End everything and remove its files; may be called again."""
        plane, self._plane = self._plane, None
        try:
            if plane is not None:
                plane.stop()
        finally:
            self._listener.close()
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            remove_tree(self.folder)

    # -- ways in

    @property
    def url(self) -> str:
        """Where the API is served: https://127.0.0.1:PORT."""
        return f"https://127.0.0.1:{self._listener_port}"

    @cached_property
    def _listener_port(self) -> int:
        return self.profile.load().port

    @cached_property
    def kubeconfig(self) -> Path:
        """The path of a kubeconfig (0600) whose user may do everything, written when it is first asked for."""
        path, name = self.folder / "kubeconfig", self.profile.name
        config: Object = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": describe_cluster(self.profile)}],
            "users": [{"name": name, "user": describe_owner(self.profile)}],
            "contexts": [{"name": name, "context": {"cluster": name, "namespace": "default", "user": name}}],
            "current-context": name,
        }
        kubeconfig.write_private(path, kubeconfig.dump(config))
        return path

    @property
    def client(self) -> Client:
        """This package's own client, of this thread, without https in between."""
        return Client(self._connection.transport, MANAGER)

    @property
    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            self._own.connection = connection = wiring.connect_local(str(self.profile.state))
            self._connections.append(connection)
        return connection

    @property
    def log(self) -> str:
        """What the control plane logged so far."""
        return self._log.getvalue()

    def tell(self) -> str:
        """Return what is amiss: pods that are not ready, warnings, the log's last lines; "" if nothing is, or it has ended."""
        if self._plane is None:
            return ""
        try:
            return tell_cluster(self.client, self.log)
        except (StatusError, OSError, sqlite3.Error) as error:  # the test broke it, and is to be told of its own failure
            return f"nothing can be told of it: {error}"

    # -- objects

    @raise_at_caller
    def apply(self, manifest: Manifest, namespace: str = "default") -> Objects:
        """Apply objects on the server's side and return them as stored, in their order.

        `manifest` is an object, several, YAML or JSON text, or the path of a file or folder. What has no namespace goes to `namespace`.
        """
        return [self._apply(obj, namespace) for obj in list_objects(manifest)]

    def _apply(self, obj: Object, namespace: str) -> Object:
        info = self._find_kind(obj["apiVersion"], obj["kind"])
        metadata = obj["metadata"]
        where = metadata.get("namespace", namespace) if info.namespaced else ""
        if "name" not in metadata:  # generateName
            return self.client.create(info.resource, obj, where)
        params = {"fieldManager": MANAGER, "force": "true"}
        return self.client.patch(info.resource, metadata["name"], obj, where, content_type=APPLY_PATCH, **params)

    def _find_kind(self, api_version: str, kind: str) -> ResourceInfo:
        """Return the resource of a kind; that of a definition which was made just now is waited for."""
        try:
            return self._connection.discovery.find_kind(api_version, kind)
        except NoSuchKind:
            for definition in self.client.list_items(CUSTOM_RESOURCE_DEFINITIONS):
                spec = definition["spec"]
                if spec["names"]["kind"] == kind and spec["group"] == api_version.partition("/")[0]:
                    self.wait(f"crd/{definition['metadata']['name']}", "Established")
                    return self._connection.discovery.find_kind(api_version, kind)
            raise NotFound(f'no matches for kind "{kind}" in version "{api_version}"') from None

    @raise_at_caller
    def get(self, kind: str, name: str = "", namespace: str = "default") -> Object:
        """Return one object; `get("pod/web")` is short for `get("pod", "web")`. Raises NotFound."""
        info, name = self._find(kind, name)
        return self.client.get(info.resource, name, namespace)

    @raise_at_caller
    def list(self, kind: str, namespace: str = "", **selectors: str) -> Objects:
        """Return objects of a kind, of all namespaces if none is named. `selectors` are labelSelector and fieldSelector."""
        return self.client.list_items(self._connection.discovery.find(kind).resource, namespace, 0, **selectors)

    @raise_at_caller
    def logs(self, pod: str, namespace: str = "default", container: str = "") -> str:
        """Return what a pod wrote so far; on the fake runtime nothing does."""
        return b"".join(self._connection.streams.logs(namespace, pod, LogRequest(container))).decode()

    @raise_at_caller
    def delete(self, kind: str, name: str = "", namespace: str = "default") -> None:
        """Delete an object; what depends on it follows. Raises NotFound."""
        info, name = self._find(kind, name)
        self.client.delete(info.resource, name, namespace)

    def _find(self, kind: str, name: str) -> tuple[ResourceInfo, str]:
        if not name:
            kind, _, name = kind.partition("/")
        if not name:
            raise ValueError(f"{kind!r} is no KIND/NAME, as deployment/web is")
        try:
            return self._connection.discovery.find(kind), name
        except NoSuchResource:
            raise NotFound(f'the server doesn\'t have a resource type "{kind}"') from None

    @raise_at_caller
    def events(self, about: str = "", namespace: str = "") -> Objects:
        """Return events in the order in which they were last seen, all or those about `pod/web`."""
        found = self.client.list_items(EVENTS, namespace)
        if about:
            info, name = self._find(about, "")
            found = [
                e for e in found if (e["involvedObject"].get("kind"), e["involvedObject"].get("name")) == (info.kind, name)
            ]
        return sorted(found, key=lambda event: int(event["metadata"]["resourceVersion"]))

    # -- what happens

    @raise_at_caller
    def wait(self, what: str, condition: Condition, timeout: float = SECONDS, namespace: str = "default") -> Object:
        """Wait until the object `what` (`deployment/web`) is as wanted and return it; it need not be there yet.

        `condition` is a name (`Available`, `Ready=False`), what `kubectl wait --for` takes (`delete`, `create`,
        `jsonpath={.status.phase}=Running`), or a function of the object. `timeout` is in this machine's seconds. Raises TimeoutError.
        """
        info, name = self._find(what, "")
        try:
            return wait_for(self.client, (info.resource, name, namespace), Wanted(condition), timeout)
        except TimeoutError as error:
            if self.options.clock == "fake":
                error.add_note("The clock of this cluster stands still: what takes time happens while advance() is called.")
            raise

    @raise_at_caller
    def add_node(
        self, name: str, labels: dict[str, str] | None = None, taints: Sequence[Object] = (), **capacity: str
    ) -> Object:
        """Add a node and return it when it is ready. `capacity` is cpu, memory, pods and the like: what is not said is as of others.

        Nodes can be added on the fake runtime only, where none needs a machine.
        """
        if self.options.runtime != "fake":
            raise ValueError("nodes can be added on the fake runtime only")
        node: Object = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels or {}}, "spec": {}}
        if taints:
            node["spec"]["taints"] = list(taints)
        if capacity:
            known = {**self.client.list_items(NODES)[0]["status"]["capacity"], **capacity}
            node["status"] = {"capacity": known, "allocatable": known}
        self.client.create(NODES, node)
        return self.wait(f"node/{name}", "Ready")

    @raise_at_caller
    def advance(self, span: str | float) -> None:
        """Move the cluster's time forward by `1h30m`, `2d` or seconds; return when all is done that was due."""
        if self.options.runtime != "fake":
            raise ValueError("time can be moved on the fake runtime only")
        advance = self._connection.advance
        assert advance is not None
        advance(parse_time_span(span) if isinstance(span, str) else span)

    def now(self) -> float:
        """Return what time it is in the cluster, in seconds since the epoch."""
        return self._connection.clock.now()


def make_folder(*, in_memory: bool) -> Path:
    """Return a new folder, of few letters since the names of sockets in it are limited; `in_memory` where that can be."""
    parent = MEMORY if in_memory and os.access(MEMORY, os.W_OK | os.X_OK) else None  # commits are twice as quick there
    return Path(tempfile.mkdtemp(prefix="mk-", dir=parent))
