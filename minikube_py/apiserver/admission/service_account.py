"""ServiceAccount: every pod runs as an account, with its token mounted and its imagePullSecrets.

https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.generated_names import random_suffix
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.storage.interface import Key

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
NAME = "ServiceAccount"
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_SECONDS = 3607  # an odd number, so that a token asked for by default is told from one asked for by a user
MIRROR_ANNOTATION = "kubernetes.io/config.mirror"


def handles(attributes: Attributes) -> bool:
    """New pods."""
    return attributes.kind.resource == "pods" and attributes.operation == "CREATE"


def admit(attributes: Attributes, server: ApiServer) -> None:
    """Set the account, mount its token, take over its pull secrets. Raises Forbidden where the account is not there."""
    pod = attributes.obj
    assert pod is not None
    if MIRROR_ANNOTATION in (pod["metadata"].get("annotations") or {}):
        return
    spec = pod.setdefault("spec", {})
    name = spec.get("serviceAccountName") or spec.get("serviceAccount") or "default"
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    account = server.store.get(Key("serviceaccounts", attributes.namespace, name))
    if account is None:
        why = f'error looking up service account {attributes.namespace}/{name}: serviceaccount "{name}" not found'
        raise errors.new_forbidden("", "pods", attributes.name, why)
    if _should_mount(spec, account):
        _mount_token(spec, server)
    if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [dict(secret) for secret in account["imagePullSecrets"]]


def _should_mount(spec: Object, account: Object) -> bool:
    for holder in (spec, account):
        if holder.get("automountServiceAccountToken") is not None:
            return bool(holder["automountServiceAccountToken"])
    return True


def _mount_token(spec: Object, server: ApiServer) -> None:
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    missing = [c for c in containers if all(m.get("mountPath") != MOUNT_PATH for m in c.get("volumeMounts") or ())]
    if not missing:
        return
    volume = "kube-api-access-" + random_suffix(server.rng)
    for container in missing:
        container["volumeMounts"] = [
            *(container.get("volumeMounts") or ()),
            {"name": volume, "mountPath": MOUNT_PATH, "readOnly": True},
        ]
    spec["volumes"] = [*(spec.get("volumes") or ()), {"name": volume, "projected": {"defaultMode": 420, "sources": _sources()}}]


def _sources() -> list[Object]:
    field = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    return [
        {"serviceAccountToken": {"expirationSeconds": TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
    ]
