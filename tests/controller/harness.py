"""A cluster of nothing but an API server and the controllers under test; the test plays kubelet and moves the clock."""

from __future__ import annotations

import io
import random
from importlib import import_module
from pathlib import Path
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.reconcile import Controller, Manager
from minikube_py.client.resources import EVENTS, NAMESPACES, NODES, PODS, SERVICE_ACCOUNTS, Resource
from minikube_py.cmd.components import make_client
from minikube_py.cmd.source import StoreSource
from minikube_py.component_base.clock import FakeClock, format_rfc3339
from minikube_py.component_base.logging import Logger
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]


class Cluster:
    """Runs controllers until nothing is left to do, and answers questions about what they made."""

    def __init__(self, directory: Path, *controllers: str | Controller) -> None:
        self.clock = FakeClock()
        self.log = io.StringIO()
        (directory / "pokes").mkdir(exist_ok=True)
        rng = random.Random(1)
        self.server = KubeApiServer(Store(directory / "state.db", create=True), self.clock, rng)
        self.client = make_client(self.server, "test")
        self.manager = Manager(StoreSource(self.server.store), self.clock, rng, Logger(self.log, self.clock))
        self.create(NAMESPACES, "default", {})
        self.create(SERVICE_ACCOUNTS, "default", {})
        for given in controllers:
            controller = import_module(f"minikube_py.controller.{given}").CONTROLLER if isinstance(given, str) else given
            self.manager.add(controller, make_client(self.server, "kube-controller-manager"))
        self.manager.sync()

    def create(self, resource: Resource, name: str, obj: Object, namespace: str = "default", **metadata: Any) -> Object:
        """Create an object from its spec or other top fields."""
        where = {"namespace": namespace} if resource.namespaced else {}
        body = {
            "apiVersion": resource.api_version,
            "kind": resource.kind,
            "metadata": {"name": name, **where, **metadata},
            **obj,
        }
        created = self.client.create(resource, body, namespace if resource.namespaced else "")
        if resource is NODES:  # in a whole cluster the node lifecycle controller takes the taint of new nodes away
            created = self.patch(NODES, name, {"spec": {"taints": (obj.get("spec") or {}).get("taints")}})
        return created

    def run(self, seconds: float = 0.0) -> None:
        """Move the clock, then let the controllers do all that is due. Fails where one crashed or never comes to rest."""
        self.clock.advance(seconds)
        done = self.manager.run_batch(lambda count: count >= 5000)
        assert done < 5000, "the controllers never come to rest"
        assert "Traceback" not in self.log.getvalue(), self.log.getvalue()

    def get(self, resource: Resource, name: str, namespace: str = "default") -> Object:
        """Return an object."""
        return self.client.get(resource, name, namespace if resource.namespaced else "")

    def exists(self, resource: Resource, name: str, namespace: str = "default") -> bool:
        """Return whether an object is there."""
        try:
            self.get(resource, name, namespace)
        except errors.NotFound:
            return False
        return True

    def list(self, resource: Resource, selector: str = "", namespace: str = "default") -> list[Object]:
        """Return the objects a selector chooses, by age and name."""
        items = self.client.list(resource, namespace if resource.namespaced else "", selector)["items"]
        return sorted(items, key=lambda o: (o["metadata"]["creationTimestamp"], o["metadata"]["name"]))

    def patch(self, resource: Resource, name: str, body: Object, subresource: str = "", namespace: str = "default") -> Object:
        """Merge-patch an object."""
        where = namespace if resource.namespaced else ""
        kind = "application/merge-patch+json"
        return self.client.patch(resource, name, body, where, content_type=kind, subresource=subresource)

    def delete(self, resource: Resource, name: str, policy: str = "Background", namespace: str = "default") -> None:
        """Delete an object."""
        where = namespace if resource.namespaced else ""
        self.client.delete(resource, name, where, {"propagationPolicy": policy})

    def add_pod(self, name: str, ip: str = "", labels: Object | None = None, *, ready: bool = True, **spec: Any) -> Object:
        """Create a pod by hand; with an address it runs."""
        containers = spec.pop("containers", [{"name": "c", "image": "nginx"}])
        created = self.create(PODS, name, {"spec": {"containers": containers, **spec}}, labels=labels or {})
        if ip:
            self.set_running(created, ip, ready=ready)
        return created

    def set_running(self, pod: Object, ip: str = "10.244.0.9", *, ready: bool = True) -> None:
        """Say what a kubelet says of a running pod."""
        stamp = format_rfc3339(self.clock.now())
        condition = {"type": "Ready", "status": str(ready), "lastProbeTime": None, "lastTransitionTime": stamp}
        self.set_status(pod, {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}], "conditions": [condition]})

    def set_status(self, pod: Object, status: Object) -> None:
        """Patch a pod's status."""
        metadata = pod["metadata"]
        self.patch(PODS, metadata["name"], {"status": status}, "status", metadata["namespace"])

    def run_pods(self, selector: str = "") -> None:
        """Make every pending pod run and be ready."""
        for pod in self.list(PODS, selector):
            if (pod.get("status") or {}).get("phase", "Pending") == "Pending":
                self.set_running(pod)
        self.run()

    def events(self) -> list[tuple[str, str, str]]:
        """Return type, reason and message of all events, in the order they were written."""
        items = sorted(self.client.list(EVENTS, "default")["items"], key=lambda e: int(e["metadata"]["resourceVersion"]))
        return [(e["type"], e["reason"], e["message"]) for e in items]
