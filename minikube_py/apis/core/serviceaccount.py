"""ServiceAccount: https://kubernetes.io/docs/concepts/security/service-accounts/"""

from __future__ import annotations

from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind

KIND = Kind(
    group="",
    version="v1",
    kind="ServiceAccount",
    plural="serviceaccounts",
    singular="serviceaccount",
    short_names=("sa",),
    schema="io.k8s.api.core.v1.ServiceAccount",
    subresources=("token",),
    status=False,
    columns=(NAME, Column("Secrets", lambda obj, now: len(obj.get("secrets") or ()), type="integer"), AGE),
)
