"""ServiceAccount: https://kubernetes.io/docs/concepts/security/service-accounts/"""

from __future__ import annotations

from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

_ENFORCE = "kubernetes.io/enforce-mountable-secrets"


def warn(account: Object) -> list[str]:
    """Warn of the annotation that bound pods to the account's secrets."""
    if _ENFORCE not in (account["metadata"].get("annotations") or {}):
        return []
    advice = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
    return [f"metadata.annotations[{_ENFORCE}]: {advice}"]


def prepare(account: Object) -> None:
    """Keep of the secrets that it may mount their names only."""
    if account.get("secrets"):
        account["secrets"] = [{"name": secret["name"]} if secret.get("name") else {} for secret in account["secrets"]]


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
    columns=(NAME, Column("Secrets", lambda account, now: len(account.get("secrets") or ()), type="string"), AGE),
    prepare_for_create=prepare,
    prepare_for_update=lambda new, old: prepare(new),
    warnings=warn,
)
