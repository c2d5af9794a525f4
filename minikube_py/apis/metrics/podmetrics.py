"""PodMetrics: https://kubernetes.io/docs/tasks/debug/debug-cluster/resource-metrics-pipeline/"""

from __future__ import annotations

from minikube_py.apis.kind import Kind
from minikube_py.apis.metrics.usage import GROUP, make_columns

KIND = Kind(
    group=GROUP,
    version="v1beta1",
    kind="PodMetrics",
    plural="pods",
    singular="pod",
    schema="io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics",
    status=False,
    verbs=("get", "list"),
    columns=make_columns(lambda metrics: [container["usage"] for container in metrics["containers"]]),
    computed="metrics",
)
