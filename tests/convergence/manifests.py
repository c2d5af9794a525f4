"""What the random users of the convergence tests create."""

from __future__ import annotations

from typing import Any

from minikube_py.client.resources import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    HORIZONTAL_POD_AUTOSCALERS,
    JOBS,
    LIMIT_RANGES,
    PERSISTENT_VOLUME_CLAIMS,
    POD_DISRUPTION_BUDGETS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    RESOURCE_QUOTAS,
    SERVICES,
    STATEFUL_SETS,
    Resource,
)

Object = dict[str, Any]
IMAGES = ("nginx", "nginx:1.29", "redis")
SMALL = {"requests": {"cpu": "10m", "memory": "16Mi"}}


def make_template(name: str, image: str = "nginx", **spec: Any) -> Object:
    """Return a pod template labelled with the workload's name."""
    containers = [{"name": "c", "image": image, "resources": SMALL}]
    return {
        "metadata": {"labels": {"app": name}},
        "spec": {"terminationGracePeriodSeconds": 5, "containers": containers, **spec},
    }


def make_deployment(name: str, count: int) -> Object:
    """Every second one is recreated, and keeps a short history."""
    more: Object = {"strategy": {"type": "Recreate"}, "revisionHistoryLimit": 1} if count % 2 else {"minReadySeconds": 5}
    return {"spec": {"replicas": count, "selector": select(name), "template": make_template(name), **more}}


def make_replica_set(name: str, count: int) -> Object:
    """A replica set."""
    return {"spec": {"replicas": count, "selector": select(name), "template": make_template(name)}}


def make_replication_controller(name: str, count: int) -> Object:
    """A replication controller, whose selector is a map."""
    return {"spec": {"replicas": count, "selector": {"app": name}, "template": make_template(name)}}


def make_stateful_set(name: str, count: int) -> Object:
    """One with a claim for each pod; every second one deletes them again, and does not wait for the pod before."""
    claim = {"metadata": {"name": "data"}, "spec": make_claim(name, count)["spec"]}
    more: Object = {
        "podManagementPolicy": "Parallel",
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Delete"},
    }
    template = make_template(name)
    spec = {
        "serviceName": name,
        "replicas": count,
        "selector": select(name),
        "template": template,
        "volumeClaimTemplates": [claim],
    }
    return {"spec": {**spec, **(more if count % 2 else {})}}


def make_daemon_set(name: str, count: int) -> Object:
    """Every second one is updated upon deletion only."""
    more: Object = {"updateStrategy": {"type": "OnDelete"}} if count % 2 else {}
    return {"spec": {"selector": select(name), "template": make_template(name), **more}}


def make_job(name: str, count: int) -> Object:
    """Some count completions, some have indexes, some go away by themselves."""
    more: Object = {"completionMode": "Indexed"} if count % 2 else {}
    if count > 2:
        more["ttlSecondsAfterFinished"] = 60
    template = make_template(name, "hello-world", restartPolicy="Never")
    return {"spec": {"completions": count + 1, "parallelism": 2, "backoffLimit": 2, "template": template, **more}}


def make_cron_job(name: str, count: int) -> Object:
    """One a minute, or in every so many."""
    job = {"spec": {"backoffLimit": 1, "template": make_template(name, "hello-world", restartPolicy="Never")}}
    policy = ("Allow", "Forbid", "Replace")[count % 3]
    return {"spec": {"schedule": f"*/{count + 1} * * * *", "concurrencyPolicy": policy, "jobTemplate": job}}


def make_service(name: str, count: int) -> Object:
    """Of each type: one with node ports, one headless, one within the cluster."""
    types: tuple[Object, ...] = ({"type": "NodePort"}, {"clusterIP": "None"}, {}, {"publishNotReadyAddresses": True})
    return {"spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": 80}], **types[count % 4]}}


def make_budget(name: str, count: int) -> Object:
    """At most one may be missing, or some number must be there."""
    how: Object = {"maxUnavailable": 1} if count % 2 else {"minAvailable": count}
    return {"spec": {"selector": select(name), **how}}


def make_autoscaler(name: str, count: int) -> Object:
    """Of a deployment; on a cluster without metrics it keeps to its bounds only."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return {"spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": count + 1}}


def make_claim(name: str, count: int) -> Object:
    """A claim of the default class."""
    return {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}


def make_quota(name: str, count: int) -> Object:
    """Few pods, or few of other things."""
    hard = {"pods": str(count + 1), "requests.cpu": "1"} if count % 2 else {"count/deployments.apps": "1", "services": "2"}
    return {"spec": {"hard": hard}}


def make_limit_range(name: str, count: int) -> Object:
    """Requests for who asks for none."""
    return {"spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "20m"}}]}}


def make_pod(name: str, count: int) -> Object:
    """A pod by hand, which a workload of that name adopts."""
    return make_template(name)


def select(name: str) -> Object:
    """Return the label selector of a workload."""
    return {"matchLabels": {"app": name}}


WORKLOADS = {
    DEPLOYMENTS: make_deployment,
    REPLICA_SETS: make_replica_set,
    REPLICATION_CONTROLLERS: make_replication_controller,
    STATEFUL_SETS: make_stateful_set,
    DAEMON_SETS: make_daemon_set,
    JOBS: make_job,
    CRON_JOBS: make_cron_job,
}
OTHERS = {
    SERVICES: make_service,
    POD_DISRUPTION_BUDGETS: make_budget,
    HORIZONTAL_POD_AUTOSCALERS: make_autoscaler,
    PERSISTENT_VOLUME_CLAIMS: make_claim,
    RESOURCE_QUOTAS: make_quota,
    LIMIT_RANGES: make_limit_range,
    PODS: make_pod,
}
MAKERS = {**WORKLOADS, **OTHERS}
SCALED: tuple[Resource, ...] = (DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS)
TEMPLATED: tuple[Resource, ...] = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS)
