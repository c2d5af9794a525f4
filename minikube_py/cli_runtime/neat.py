"""`-o neat`: an object as somebody would have written it, without what the cluster filled in.

Left out are the status, what the API server and controllers write into metadata and spec, and every field that
Kubernetes' defaulting puts back by itself when it is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TextIO

from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]
Path = tuple[str | int, ...]

SERVER_METADATA = (
    *("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink", "ownerReferences"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "generateName"),
)
SERVER_ANNOTATIONS = (
    *("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"),
    *(
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.daemonset.template.generation",
    ),
    *("pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/selected-node"),
    *(
        "volume.kubernetes.io/storage-provisioner",
        "volume.beta.kubernetes.io/storage-provisioner",
        "pv.kubernetes.io/provisioned-by",
    ),
)
SERVER_LABELS = (
    *("kubernetes.io/metadata.name", "pod-template-hash", "controller-revision-hash", "pod-template-generation"),
    *(
        "controller-uid",
        "batch.kubernetes.io/controller-uid",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
    ),
)
DEFAULT_TOLERATIONS = tuple(
    {"effect": "NoExecute", "key": f"node.kubernetes.io/{key}", "operator": "Exists", "tolerationSeconds": 300}
    for key in ("not-ready", "unreachable")
)
API_ACCESS = "kube-api-access-"


class NeatPrinter:
    """Prints through `delegate` what is left of an object, or of each item of a list."""

    def __init__(self, delegate: Printer) -> None:
        self._delegate = delegate

    def print_obj(self, obj: Object, out: TextIO) -> None:
        """Print the object or the list."""
        if isinstance(obj.get("items"), list):
            obj = {"apiVersion": "v1", "kind": "List", "items": [neaten(item) for item in obj["items"]]}
        else:
            obj = neaten(obj)
        self._delegate.print_obj(obj, out)


def neaten(obj: Object) -> Object:
    """Return a copy of an object without what the cluster filled in."""
    from minikube_py.apis import catalog

    group, _, _ = str(obj.get("apiVersion", "")).rpartition("/")
    kind = catalog.find_by_kind(group, str(obj.get("kind", "")))
    neat = _copy(obj)
    neat.pop("status", None)
    _clean_metadata(neat.get("metadata") or {})
    for clean in _ASSIGNED.get(str(obj.get("kind", "")), ()):
        clean(neat)
    if kind is not None:
        _drop_defaults(neat, kind.set_defaults)
    return neat


def _copy(obj: Object) -> Object:
    copied: Object = json.loads(json.dumps(obj))
    return copied


def _clean_metadata(metadata: Object) -> None:
    for field in SERVER_METADATA:
        metadata.pop(field, None)
    for field, keys in (("annotations", SERVER_ANNOTATIONS), ("labels", SERVER_LABELS)):
        entries = metadata.get(field) or {}
        for key in keys:
            entries.pop(key, None)
        if not entries:
            metadata.pop(field, None)


def _clean_pod(obj: Object) -> None:
    spec = obj.get("spec") or {}
    for field in ("nodeName", "priority", "preemptionPolicy", "serviceAccount"):
        spec.pop(field, None)
    if spec.get("serviceAccountName") == "default":
        del spec["serviceAccountName"]
    _keep(spec, "tolerations", lambda toleration: toleration not in DEFAULT_TOLERATIONS)
    _keep(spec, "volumes", lambda volume: not volume["name"].startswith(API_ACCESS))
    for container in (*(spec.get("containers") or ()), *(spec.get("initContainers") or ())):
        _keep(container, "volumeMounts", lambda mount: not mount["name"].startswith(API_ACCESS))


def _keep(owner: Object, field: str, wanted: Callable[[Object], bool]) -> None:
    """Leave in a list what is wanted, and no empty list."""
    if field in owner:
        owner[field] = [entry for entry in owner[field] or () if wanted(entry)]
        if not owner[field]:
            del owner[field]


def _clean_service(obj: Object) -> None:
    spec = obj.get("spec") or {}
    if spec.get("clusterIP") != "None":
        spec.pop("clusterIP", None)
    for field in ("clusterIPs", "ipFamilies"):
        spec.pop(field, None)
    if spec.get("ipFamilyPolicy") == "SingleStack":
        del spec["ipFamilyPolicy"]


def _clean_job(obj: Object) -> None:
    spec = obj.get("spec") or {}
    if not spec.get("manualSelector"):
        spec.pop("selector", None)
        labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
        for key in ("controller-uid", "job-name"):
            labels.pop(key, None)
            labels.pop(f"batch.kubernetes.io/{key}", None)


def _clean_namespace(obj: Object) -> None:
    if (obj.get("spec") or {}).get("finalizers") == ["kubernetes"]:
        del obj["spec"]


def _clean_template(obj: Object) -> None:
    template = (obj.get("spec") or {}).get("template") or {}
    metadata = template.get("metadata") or {}
    if metadata.get("creationTimestamp", "") is None:
        del metadata["creationTimestamp"]
    if metadata.get("labels") == {}:
        del metadata["labels"]
    if not metadata:
        template.pop("metadata", None)
    if (template.get("spec") or {}).get("serviceAccount"):
        del template["spec"]["serviceAccount"]


_ASSIGNED: dict[str, tuple[Callable[[Object], None], ...]] = {
    "Pod": (_clean_pod,),
    "Service": (_clean_service,),
    "Namespace": (_clean_namespace,),
    "Job": (_clean_job, _clean_template),
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"), (_clean_template,)),
}


def _drop_defaults(obj: Object, set_defaults: Callable[[Object], None]) -> None:
    """Remove each field that defaulting puts back as it was."""
    whole = _copy(obj)
    set_defaults(whole)

    def is_put_back() -> bool:
        trial = _copy(obj)
        set_defaults(trial)
        return trial == whole

    for field in [key for key in obj if key not in ("apiVersion", "kind", "metadata")]:
        if isinstance(obj[field], dict | list):
            _drop_below(obj[field], is_put_back)


def _drop_below(value: Any, is_put_back: Callable[[], bool]) -> None:
    if isinstance(value, list):
        for entry in value:
            _drop_below(entry, is_put_back)
    elif isinstance(value, dict):
        for key in list(value):
            kept = value.pop(key)
            if not is_put_back():
                value[key] = kept
                _drop_below(kept, is_put_back)
