"""root-ca-cert-publisher: the ConfigMap kube-root-ca.crt in every namespace, which pods mount to trust the API server."""

from __future__ import annotations

from typing import Any

from minikube_py.client.object_writes import create_missing
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CONFIG_MAPS, NAMESPACES

Object = dict[str, Any]
NAME = "kube-root-ca.crt"
ANNOTATION = "kubernetes.io/description"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or "
    "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
)


class RootCAPublisher:
    """Reconciles one namespace. `settings["ca"]` of the context's manager holds the certificate, PEM."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Create or mend the ConfigMap."""
        namespace = self._context.lister(NAMESPACES).get("", key.name)
        if namespace is None or namespace["metadata"].get("deletionTimestamp"):
            return Result()
        data = {"ca.crt": self._context.settings["ca"]}
        found = self._context.lister(CONFIG_MAPS).get(key.name, NAME)
        if found is None:
            metadata = {"name": NAME, "namespace": key.name, "annotations": {ANNOTATION: DESCRIPTION}}
            body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
            create_missing(self._context.client, CONFIG_MAPS, body)
        elif found.get("data") != data:
            self._context.client.update(CONFIG_MAPS, {**found, "data": data})
        return Result()


def _namespace_of(obj: Object, context: Context) -> list[Key]:
    metadata = obj["metadata"]
    return [Key("", metadata["namespace"])] if metadata["name"] == NAME else []


CONTROLLER = Controller(
    "root-ca-certificate-publisher", (Watch(NAMESPACES), Watch(CONFIG_MAPS, _namespace_of)), RootCAPublisher
)
