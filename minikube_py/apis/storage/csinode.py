"""CSINode: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-node-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid, required
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

_MAX_ID, _MAX_OLD_ID = 192, 256  # what an update finds may be longer than what is made


def set_defaults(node: Object) -> None:
    """Write the list that always stands."""
    spec = node.setdefault("spec", {})
    spec.setdefault("drivers", None)
    for driver in spec["drivers"] or ():
        driver.setdefault("topologyKeys", None)


def _drivers(node: Object) -> list[Object]:
    return (node.get("spec") or {}).get("drivers") or []


def _validate(node: Object, longest: int = _MAX_ID) -> list[FieldError]:
    errors, names = [], set()
    for index, driver in enumerate(_drivers(node)):
        field, name = f"spec.drivers[{index}]", driver.get("name") or ""
        errors += _validate_driver(driver, field, longest)
        if name in names:
            errors.append(duplicate(f"{field}.name", name))
        names.add(name)
        errors += _validate_keys(driver.get("topologyKeys") or [], field)
    return errors


def _validate_driver(driver: Object, field: str, longest: int) -> list[FieldError]:
    from minikube_py.apis.core.volume_sources import validate_driver_name
    from minikube_py.apis.field_checks import check_nonnegative

    errors = validate_driver_name(driver.get("name") or "", f"{field}.name")
    identity = driver.get("nodeID") or ""
    if not identity:
        errors.append(required(f"{field}.nodeID"))
    if len(identity.encode()) > longest:
        errors.append(invalid(f"{field}.nodeID", identity, f"must be {longest} characters or less"))
    return errors + check_nonnegative(f"{field}.allocatable.count", (driver.get("allocatable") or {}).get("count"))


def _validate_keys(keys: list[str], field: str) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_qualified_name
    from minikube_py.apis.field_checks import check_by

    errors: list[FieldError] = []
    for index, key in enumerate(keys):
        if not key:
            errors.append(required(field))
        if key in keys[:index]:
            errors.append(duplicate(field, key))
        errors += check_by(field, key, is_qualified_name)
    return errors


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable
    from minikube_py.apis.go_literals import show_struct

    before = {driver.get("name"): driver for driver in _drivers(old)}
    longest = _MAX_OLD_ID if any(len(driver.get("nodeID") or "") > _MAX_ID for driver in _drivers(old)) else _MAX_ID
    errors = _validate(new, longest)
    for driver in _drivers(new):
        if driver.get("name") in before:
            shown = show_struct("storage.CSINodeDriver", driver)
            errors += check_immutable("spec.drivers", driver, before[driver.get("name")], shown)
    return errors


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSINode",
    plural="csinodes",
    singular="csinode",
    schema="io.k8s.api.storage.v1.CSINode",
    unconditional_update=False,
    namespaced=False,
    status=False,
    columns=(NAME, Column("Drivers", lambda node, now: len(_drivers(node)), type="integer"), AGE),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
)
