"""persistentvolumeclaim-protection: a claim that is being deleted goes when no pod uses it. Upstream: pkg/controller/volume/pvcprotection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PODS
from minikube_py.client.volume_binding import list_claim_names

Object = dict[str, Any]
FINALIZER = "kubernetes.io/pvc-protection"


class ClaimProtection:
    """Reconciles one claim."""

    def __init__(self, context: Context) -> None:
        self._client = context.client
        self._claims, self._pods = context.lister(PERSISTENT_VOLUME_CLAIMS), context.lister(PODS)

    def reconcile(self, key: Key) -> Result:
        """Take the finalizer away, or put it on where a claim is without."""
        claim = self._claims.get(*key)
        if claim is None:
            return Result()
        finalizers = claim["metadata"].get("finalizers") or []
        if not claim["metadata"].get("deletionTimestamp"):
            if FINALIZER not in finalizers:
                self._write(claim, [*finalizers, FINALIZER])
        elif FINALIZER in finalizers and not self._is_used(claim):
            self._write(claim, [name for name in finalizers if name != FINALIZER])
        return Result()

    def _is_used(self, claim: Object) -> bool:
        """Return whether a pod that has a node uses the claim: those without one will not start with it any more."""
        metadata = claim["metadata"]
        return any(
            pod["spec"].get("nodeName") and any(name == metadata["name"] for name, _ in list_claim_names(pod))
            for pod in self._pods.list(metadata["namespace"])
        )

    def _write(self, claim: Object, finalizers: list[str]) -> None:
        self._client.update(PERSISTENT_VOLUME_CLAIMS, {**claim, "metadata": {**claim["metadata"], "finalizers": finalizers}})


def _claims_of(pod: Object, context: Context) -> Iterable[Key]:
    """Return the claims of a pod that is gone: one that has ended still holds them."""
    metadata = pod["metadata"]
    if context.lister(PODS).get(metadata["namespace"], metadata["name"]) is None:
        yield from (Key(metadata["namespace"], name) for name, _ in list_claim_names(pod))


CONTROLLER = Controller(
    "persistentvolumeclaim-protection", (Watch(PERSISTENT_VOLUME_CLAIMS), Watch(PODS, _claims_of)), ClaimProtection
)
