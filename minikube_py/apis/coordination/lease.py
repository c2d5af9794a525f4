"""Lease: https://kubernetes.io/docs/concepts/architecture/leases/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

_GATED = ("strategy", "preferredHolder")  # CoordinatedLeaderElection, which is off by default


def set_defaults(lease: Object) -> None:
    """Write what is always shown, and drop fields whose feature gate is off."""
    spec = lease.setdefault("spec", {})
    for field in _GATED:
        spec.pop(field, None)


def validate(lease: Object) -> list[FieldError]:
    """Check the duration and the number of transitions."""
    from minikube_py.apimachinery.errors import invalid
    from minikube_py.apis.field_checks import check_nonnegative

    spec = lease.get("spec") or {}
    seconds = spec.get("leaseDurationSeconds")
    errors = [] if seconds is None or seconds > 0 else [invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")]
    return errors + check_nonnegative("spec.leaseTransitions", spec.get("leaseTransitions"))


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    singular="lease",
    schema="io.k8s.api.coordination.v1.Lease",
    unconditional_update=False,
    create_on_update=True,
    status=False,
    columns=(NAME, Column("Holder", lambda lease, now: (lease.get("spec") or {}).get("holderIdentity") or ""), AGE),
    set_defaults=set_defaults,
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
