"""ReplicaSet: keeps as many pods as the spec says. https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/"""

from __future__ import annotations

from minikube_py.client.pod_control import REPLICA_SETS_BY_POD, ReplicaManager
from minikube_py.client.reconcile import Controller, Watch
from minikube_py.client.resources import PODS, REPLICA_SETS

CONTROLLER = Controller(
    "replicaset",
    (Watch(REPLICA_SETS), Watch(PODS, REPLICA_SETS_BY_POD)),
    lambda context: ReplicaManager(context, REPLICA_SETS),
)
