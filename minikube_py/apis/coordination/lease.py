"""Lease: https://kubernetes.io/docs/concepts/architecture/leases/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, invalid
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

POSITIVE = "must be greater than 0"


def validate(obj: Object) -> list[FieldError]:
    """Check the duration and the count of transitions."""
    spec = obj.get("spec") or {}
    errors = []
    if (seconds := spec.get("leaseDurationSeconds")) is not None and seconds <= 0:
        errors.append(invalid("spec.leaseDurationSeconds", seconds, POSITIVE))
    if (count := spec.get("leaseTransitions")) is not None and count < 0:
        errors.append(invalid("spec.leaseTransitions", count, "must be greater than or equal to 0"))
    return errors


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    singular="lease",
    schema="io.k8s.api.coordination.v1.Lease",
    status=False,
    columns=(NAME, Column("Holder", lambda obj, now: (obj.get("spec") or {}).get("holderIdentity") or ""), AGE),
    validate=validate,
    validate_update=lambda new, old: validate(new),
)
