"""Binding: says which node a pod runs on. It is created, done and not kept.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/binding-v1/
"""

from __future__ import annotations

from minikube_py.apis.kind import Kind

KIND = Kind(
    group="",
    version="v1",
    kind="Binding",
    plural="bindings",
    singular="binding",
    schema="io.k8s.api.core.v1.Binding",
    status=False,
    verbs=("create",),
)
