"""ReplicationController: the older ReplicaSet. https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller/"""

from __future__ import annotations

from minikube_py.client.pod_control import REPLICATION_CONTROLLERS_BY_POD, ReplicaManager
from minikube_py.client.reconcile import Controller, Watch
from minikube_py.client.resources import PODS, REPLICATION_CONTROLLERS

CONTROLLER = Controller(
    "replicationcontroller",
    (Watch(REPLICATION_CONTROLLERS), Watch(PODS, REPLICATION_CONTROLLERS_BY_POD)),
    lambda context: ReplicaManager(context, REPLICATION_CONTROLLERS),
)
