"""Every component of the cluster, as the daemon and the tests put them together: controllers, scheduler, kubelets, on one Manager."""

from __future__ import annotations

import random
from importlib import import_module

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.reconcile import Manager
from minikube_py.client.rest import Client
from minikube_py.client.transport.local import LocalTransport
from minikube_py.cmd.source import StoreSource
from minikube_py.component_base.clock import Clock
from minikube_py.component_base.logging import Logger

CONTROLLERS = (
    "namespace",
    "serviceaccount",
    "serviceaccount_token",
    "root_ca",
    "node_lifecycle",
    "taint_eviction",
    "pod_garbage_collector",
    "ttl",
    "event_ttl",
    "replicaset",
    "replication_controller",
    "deployment",
    "daemonset",
    "statefulset",
    "job",
    "cronjob",
    "endpoints",
    "endpointslice",
    "endpointslice_mirroring",
    "persistentvolume",
    "pvc_protection",
    "pv_protection",
    "volume_expand",
    "ephemeral_volume",
    "hostpath_provisioner",
    "ip_addresses",
    "service_cidrs",
    "resourcequota",
    "horizontal_pod_autoscaler",
    "custom_resource_definition",
    "autoregister",
    "flowcontrol",
    "admission_policy_status",
    "disruption",
    "stale_pod_disruption",
    "garbage_collector",
    "clusterrole_aggregation",
    "csrapproving",
    "csrsigning",
    "csrcleaner",
)


def make_client(server: KubeApiServer, manager: str) -> Client:
    """Return a client of a server in this process, for components (their watches are the Manager's)."""

    def refuse(*args: object) -> None:
        raise AssertionError("components watch through the Manager and stream through the kubelet")

    transport = LocalTransport(server, refuse, refuse, server.now)  # type: ignore[arg-type]
    return Client(transport, manager)


def make_manager(server: KubeApiServer, clock: Clock, rng: random.Random, logger: Logger) -> Manager:
    """Return a Manager with every controller and the scheduler; kubelets are added by whoever has a runtime."""
    manager = Manager(StoreSource(server.store), clock, rng, logger)
    client = make_client(server, "kube-controller-manager")
    for name in CONTROLLERS:
        manager.add(import_module(f"minikube_py.controller.{name}").CONTROLLER, client)
    manager.add(import_module("minikube_py.scheduler.scheduler").CONTROLLER, make_client(server, "kube-scheduler"))
    return manager
