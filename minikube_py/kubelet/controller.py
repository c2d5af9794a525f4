"""A kubelet as a controller of the reconcile loop: which changes of the API concern which of its pods."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minikube_py.client.reconcile import Context, Controller, Key, Watch
from minikube_py.client.resources import CONFIG_MAPS, PODS, SECRETS
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.kubelet import Kubelet


def make_controller(node_name: str, new_kubelet: Callable[[Context], Kubelet]) -> Controller:
    """Return the controller of one node. `new_kubelet` makes its kubelet, once; the caller starts its runtime."""
    made: list[Kubelet] = []

    def new(context: Context) -> Kubelet:
        made.append(new_kubelet(context))
        return made[-1]

    def find_own(obj: Object, _: Context) -> Iterable[Key]:
        bound = (obj.get("spec") or {}).get("nodeName") == node_name
        return (Key(obj["metadata"]["namespace"], obj["metadata"]["name"]),) if bound else ()

    def find_referring(kind: str) -> Callable[[Object, Context], Iterable[Key]]:
        def find(obj: Object, _: Context) -> Iterable[Key]:
            metadata = obj["metadata"]
            return made[-1].find_pods_referring(kind, metadata["namespace"], metadata["name"]) if made else ()

        return find

    watches = (Watch(PODS, find_own), Watch(CONFIG_MAPS, find_referring("configMap")), Watch(SECRETS, find_referring("secret")))
    return Controller(f"kubelet-{node_name}", watches, new)
