"""The admission webhooks and policies in force, read again only when one of them has changed."""

from __future__ import annotations

from typing import Any

from minikube_py.storage.interface import Query
from minikube_py.storage.sqlite import Store

Object = dict[str, Any]
GROUP = "admissionregistration.k8s.io"
_RESOURCES = tuple(
    f"{name}.{GROUP}"
    for name in (
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
    )
)
_ASKED = (*_RESOURCES[:2], _RESOURCES[3])  # a policy alone is not in force


class ExtensionPoints:
    """What `store` holds of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stamp: tuple[int, ...] = ()
        self._read: dict[str, list[Object]] = {}

    def is_any(self, resource: str) -> bool:
        """Return whether there is an object of this kind."""
        return bool(self.list(resource))

    def are_any(self) -> bool:
        """Return whether there is anything that is asked about writes."""
        return any(map(self.is_any, _ASKED))

    def list(self, resource: str) -> list[Object]:
        """Return the objects of one of these kinds by name. They are shared: do not change them."""
        stamp = self._store.stamp(_RESOURCES)
        if stamp != self._stamp:
            self._stamp, self._read = stamp, {}
        if resource not in self._read:
            self._read[resource] = self._store.list(Query(resource)).items
        return self._read[resource]
