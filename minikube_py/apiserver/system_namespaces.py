"""The namespaces that every cluster has come back when somebody deletes one. Upstream: pkg/controlplane/controller/systemnamespaces."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from minikube_py.apimachinery import errors
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.request import Request
from minikube_py.client.resources import NAMESPACES

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer

SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


class SystemNamespaces:
    """Reconciles one of these namespaces."""

    def __init__(self, server: KubeApiServer) -> None:
        self._server = server

    def reconcile(self, key: Key) -> Result:
        """Create the namespace if it is not there."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": key.name}}
        params = {"fieldManager": "kube-apiserver"}
        with suppress(errors.AlreadyExists):
            self._server.handle(Request("create", "", "v1", "namespaces", params=params, body=body))
        return Result()


def create_all(server: KubeApiServer) -> None:
    """Create those that are missing."""
    for name in SYSTEM_NAMESPACES:
        SystemNamespaces(server).reconcile(Key("", name))


def make_controller(server: KubeApiServer) -> Controller:
    """Return the controller that watches over them."""

    def keys_of(namespace: object, context: Context) -> list[Key]:
        lister = context.lister(NAMESPACES)
        return [Key("", name) for name in SYSTEM_NAMESPACES if lister.get("", name) is None]

    return Controller("system-namespaces", (Watch(NAMESPACES, keys_of),), lambda context: SystemNamespaces(server))
