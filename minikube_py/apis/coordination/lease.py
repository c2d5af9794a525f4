"""Lease: https://kubernetes.io/docs/concepts/architecture/leases/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object


def set_defaults(lease: Object) -> None:
    """Write what is always shown."""
    lease.setdefault("spec", {})


def validate(lease: Object) -> list[FieldError]:
    """Check the numbers and the strategy by which a leader is chosen."""
    from minikube_py.apimachinery.errors import invalid
    from minikube_py.apis.field_checks import check_nonnegative

    spec = lease.get("spec") or {}
    errors = []
    if (seconds := spec.get("leaseDurationSeconds")) is not None and seconds <= 0:
        errors.append(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    return errors + check_nonnegative("spec.leaseTransitions", spec.get("leaseTransitions"))


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    return validate(new)


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    singular="lease",
    schema="io.k8s.api.coordination.v1.Lease",
    status=False,
    columns=(NAME, Column("Holder", lambda lease, now: (lease.get("spec") or {}).get("holderIdentity") or ""), AGE),
    set_defaults=set_defaults,
    validate=validate,
    validate_update=_validate_update,
)
