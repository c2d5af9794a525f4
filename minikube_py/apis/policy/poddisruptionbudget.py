"""PodDisruptionBudget: https://kubernetes.io/docs/tasks/run-application/configure-pdb/"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object
from minikube_py.apis.workloads import read_status

COUNTS = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")


def tell_amount(field: str) -> Callable[[Object, float], str]:
    """Return a cell function for `minAvailable` or `maxUnavailable`; `N/A` where the other is set."""

    def tell(budget: Object, now: float) -> str:
        amount = (budget.get("spec") or {}).get(field)
        return "N/A" if amount is None else str(amount)

    return tell


def set_defaults(budget: Object) -> None:
    """Fill in the counts that always stand."""
    budget.setdefault("spec", {})
    fill_status(budget)


def fill_status(budget: Object) -> None:
    """Put the counts that are missing into the status."""
    status = budget.setdefault("status", {})
    for field in COUNTS:
        status.setdefault(field, 0)


def prepare_for_create(budget: Object) -> None:
    """Begin its status afresh."""
    budget["status"] = {}
    fill_status(budget)


def _validate(budget: Object) -> list[FieldError]:
    from minikube_py.apis.policy.poddisruptionbudget_validation import validate_budget

    return validate_budget(budget)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.policy.poddisruptionbudget_validation import validate_status

    return validate_status(new["status"])


KIND = Kind(
    group="policy",
    version="v1",
    kind="PodDisruptionBudget",
    plural="poddisruptionbudgets",
    singular="poddisruptionbudget",
    short_names=("pdb",),
    schema="io.k8s.api.policy.v1.PodDisruptionBudget",
    unconditional_update=False,
    subresources=("status",),
    generation=True,
    columns=(
        NAME,
        Column("Min Available", tell_amount("minAvailable")),
        Column("Max Unavailable", tell_amount("maxUnavailable")),
        Column("Allowed Disruptions", read_status("disruptionsAllowed"), type="integer"),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    prepare_for_status_update=lambda new, old: fill_status(new),
    validate=_validate,
    validate_update=lambda new, old: _validate(new),
    validate_status_update=_validate_status_update,
)
