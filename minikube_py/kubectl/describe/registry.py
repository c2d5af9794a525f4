"""Which describer a kind has. Its module is imported when an object of the kind is described."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from minikube_py.kubectl.describe.context import Context, Describer

Object = dict[str, Any]

_LINES = """
ConfigMap
Endpoints
LimitRange
Namespace
Node
PersistentVolume
PersistentVolumeClaim
Pod
ReplicationController
ResourceQuota
Secret
Service
ServiceAccount
DaemonSet.apps
Deployment.apps
ReplicaSet.apps
StatefulSet.apps
HorizontalPodAutoscaler.autoscaling
CronJob.batch
Job.batch
CertificateSigningRequest.certificates.k8s.io
EndpointSlice.discovery.k8s.io
IPAddress.networking.k8s.io
Ingress.networking.k8s.io
IngressClass.networking.k8s.io
NetworkPolicy.networking.k8s.io
ServiceCIDR.networking.k8s.io
PodDisruptionBudget.policy
ClusterRole.rbac.authorization.k8s.io role
ClusterRoleBinding.rbac.authorization.k8s.io rolebinding
Role.rbac.authorization.k8s.io
RoleBinding.rbac.authorization.k8s.io
PriorityClass.scheduling.k8s.io
CSINode.storage.k8s.io
StorageClass.storage.k8s.io
VolumeAttributesClass.storage.k8s.io
"""


def _read_lines() -> dict[str, str]:
    table = {}
    for line in _LINES.strip().split("\n"):
        kind, _, module = line.partition(" ")
        table[kind] = module or kind.partition(".")[0].lower()
    return table


MODULES = _read_lines()
"""The module of each kind, by `Kind` or `Kind.group`."""


def find_describer(group: str, kind: str) -> Describer:
    """Return the describer of a kind, the generic one where it has none."""
    module = MODULES.get(f"{kind}.{group}" if group else kind, "generic")
    describer: Describer = import_module(f"minikube_py.kubectl.describe.{module}").describe
    return describer


def describe_object(obj: Object, context: Context) -> str:
    """Return the description of an object that has apiVersion and kind. Raises StatusError where related objects are needed
    and cannot be had."""
    find_describer(obj["apiVersion"].rpartition("/")[0], obj["kind"])(obj, context)
    return context.writer.text()


def describe_missing(kind: str, name: str, namespace: str, error: Exception, context: Context) -> str | None:
    """Return what can be told of an object that is not there: of pods their events, if any. None for nothing."""
    if kind != "Pod" or not context.show_events:
        return None
    from minikube_py.kubectl.describe import pod

    return context.writer.text() if pod.describe_missing(name, namespace, error, context) else None
