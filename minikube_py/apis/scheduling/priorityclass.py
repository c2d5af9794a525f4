"""PriorityClass: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

MAX_USER_VALUE = 1_000_000_000
SYSTEM_PREFIX = "system-"
SYSTEM_CLASSES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
POLICIES = ("PreemptLowerPriority", "Never")


def set_defaults(priority_class: Object) -> None:
    """Let pods of the class preempt others."""
    priority_class.setdefault("preemptionPolicy", "PreemptLowerPriority")
    priority_class.setdefault("value", 0)
    if not priority_class.get("globalDefault", True):
        del priority_class["globalDefault"]


def prepare_for_create(priority_class: Object) -> None:
    """Begin at generation 1, and stay there: nothing that counts can change."""
    priority_class["metadata"]["generation"] = 1


def validate(priority_class: Object) -> list[FieldError]:
    """Keep the highest values, and names that begin with system-, for the system."""
    from minikube_py.apimachinery.errors import forbidden
    from minikube_py.apis.field_checks import check_one_of

    name, value = priority_class["metadata"].get("name", ""), priority_class.get("value", 0)
    errors = []
    if name.startswith(SYSTEM_PREFIX):
        if why := _why_not_system(name, value, bool(priority_class.get("globalDefault"))):
            reserved = "priority class names with 'system-' prefix are reserved for system use only. error: "
            errors.append(forbidden("metadata.name", reserved + why))
    elif value > MAX_USER_VALUE:
        errors.append(forbidden("value", f"maximum allowed value of a user defined priority is {MAX_USER_VALUE}"))
    return errors + check_one_of("preemptionPolicy", priority_class.get("preemptionPolicy") or "", POLICIES)


def _why_not_system(name: str, value: int, is_default: bool) -> str:
    if name not in SYSTEM_CLASSES:
        return f"{name} is not a known system priority class"
    if value != SYSTEM_CLASSES[name]:
        return f"value of {name} PriorityClass must be {SYSTEM_CLASSES[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if is_default else ""


def validate_update(new: Object, old: Object) -> list[FieldError]:
    """Refuse another value or policy."""
    from minikube_py.apimachinery.errors import forbidden
    from minikube_py.apis.field_checks import check_immutable

    errors = []
    if new.get("value", 0) != old.get("value", 0):
        errors.append(forbidden("value", "may not be changed in an update."))
    return errors + check_immutable("preemptionPolicy", new.get("preemptionPolicy"), old.get("preemptionPolicy"))


KIND = Kind(
    group="scheduling.k8s.io",
    version="v1",
    kind="PriorityClass",
    plural="priorityclasses",
    singular="priorityclass",
    short_names=("pc",),
    schema="io.k8s.api.scheduling.v1.PriorityClass",
    namespaced=False,
    status=False,
    columns=(
        NAME,
        Column("Value", lambda priority_class, now: priority_class.get("value", 0), type="integer"),
        Column("Global-Default", lambda priority_class, now: bool(priority_class.get("globalDefault")), type="boolean"),
        AGE,
        Column("PreemptionPolicy", lambda priority_class, now: priority_class.get("preemptionPolicy") or ""),
    ),
    set_defaults=set_defaults,
    prepare_for_create=prepare_for_create,
    validate=validate,
    validate_update=validate_update,
)
