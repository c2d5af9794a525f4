"""serviceaccount-controller: the account `default` in every namespace. Upstream: pkg/controller/serviceaccount."""

from __future__ import annotations

from typing import Any

from minikube_py.client.object_writes import create_missing
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import NAMESPACES, SERVICE_ACCOUNTS

Object = dict[str, Any]


class ServiceAccountsController:
    """Reconciles one namespace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Create the default account where it is missing."""
        namespace = self._context.lister(NAMESPACES).get("", key.name)
        if namespace is None or namespace["metadata"].get("deletionTimestamp"):
            return Result()
        if self._context.lister(SERVICE_ACCOUNTS).get(key.name, "default") is None:
            account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": key.name}}
            create_missing(self._context.client, SERVICE_ACCOUNTS, account)
        return Result()


def _namespace_of(obj: Object, context: Context) -> list[Key]:
    return [Key("", obj["metadata"]["namespace"])]


CONTROLLER = Controller(
    "serviceaccount", (Watch(NAMESPACES), Watch(SERVICE_ACCOUNTS, _namespace_of)), ServiceAccountsController
)
