"""ResourceQuota: https://kubernetes.io/docs/concepts/policy/resource-quotas/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object


def tell_requests(quota: Object, now: float) -> str:
    """Return the REQUEST cell: `pods: 1/2, requests.cpu: 400m/1`."""
    return _tell_usage(quota, False)


def tell_limits(quota: Object, now: float) -> str:
    """Return the LIMIT cell."""
    return _tell_usage(quota, True)


def _tell_usage(quota: Object, limits: bool) -> str:
    status = quota.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}
    names = sorted(name for name in hard if name.startswith("limits.") == limits)
    return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in names)


def set_defaults(quota: Object) -> None:
    """Write what is always shown, and round amounts."""
    from minikube_py.apis.core.resource_amounts import round_resources

    quota.setdefault("status", {})
    round_resources(quota.setdefault("spec", {}).get("hard"))


def prepare_for_create(quota: Object) -> None:
    """Begin its status afresh."""
    quota["status"] = {}


def _validate(quota: Object) -> list[FieldError]:
    from minikube_py.apis.core.resourcequota_validation import validate_quota

    return validate_quota(quota)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.resourcequota_validation import validate_quota_update

    return validate_quota_update(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.resourcequota_validation import validate_quota_status

    return validate_quota_status(new, old)


KIND = Kind(
    group="",
    version="v1",
    kind="ResourceQuota",
    plural="resourcequotas",
    singular="resourcequota",
    short_names=("quota",),
    schema="io.k8s.api.core.v1.ResourceQuota",
    subresources=("status",),
    columns=(NAME, Column("Request", tell_requests), Column("Limit", tell_limits), AGE),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
)
