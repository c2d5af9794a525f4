"""ephemeral-volume-controller: makes the claims that pods own for their generic ephemeral volumes.

https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import controller_of
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PODS

Object = dict[str, Any]


class EphemeralVolumes:
    """Reconciles one pod."""

    def __init__(self, context: Context) -> None:
        self._client, self._pods = context.client, context.lister(PODS)
        self._claims = context.lister(PERSISTENT_VOLUME_CLAIMS)
        self._recorder = context.recorder("ephemeral_volume")

    def reconcile(self, key: Key) -> Result:
        """Create what is missing of a pod's claims. Raises StatusError where one cannot be."""
        pod = self._pods.get(*key)
        if pod is None or pod["metadata"].get("deletionTimestamp"):
            return Result()
        for volume in pod["spec"].get("volumes") or ():
            if volume.get("ephemeral") is not None:
                self._make_claim(pod, volume)
        return Result()

    def _make_claim(self, pod: Object, volume: Object) -> None:
        namespace, name = pod["metadata"]["namespace"], f"{pod['metadata']['name']}-{volume['name']}"
        found = self._claims.get(namespace, name)
        if found is not None:
            if (controller_of(found) or {}).get("uid") != pod["metadata"]["uid"]:
                why = f"PVC {namespace}/{name} was not created for pod {namespace}/{pod['metadata']['name']} (pod is not owner)"
                self._recorder.event(pod, "Warning", "FailedBinding", f"ephemeral volume controller: {why}")
            return
        template = volume["ephemeral"]["volumeClaimTemplate"]
        labels = {k: v for k, v in (template.get("metadata") or {}).items() if k in ("labels", "annotations")}
        metadata = {**labels, "name": name, "namespace": namespace, "ownerReferences": [_own(pod)]}
        claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": template["spec"]}
        try:
            self._client.create(PERSISTENT_VOLUME_CLAIMS, claim, namespace)
        except errors.AlreadyExists:
            return
        except errors.StatusError as error:
            self._recorder.event(pod, "Warning", "FailedBinding", f"ephemeral volume controller: {error.message}")
            raise


def _own(pod: Object) -> Object:
    metadata = pod["metadata"]
    kept = {"blockOwnerDeletion": True, "controller": True}
    return {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"], **kept}


def _pod_changed(pod: Object, context: Context) -> Iterable[Key]:
    if any(volume.get("ephemeral") is not None for volume in pod["spec"].get("volumes") or ()):
        yield Key(pod["metadata"]["namespace"], pod["metadata"]["name"])


CONTROLLER = Controller("ephemeral-volume-controller", (Watch(PODS, _pod_changed),), EphemeralVolumes)
