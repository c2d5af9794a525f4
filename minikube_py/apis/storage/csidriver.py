"""CSIDriver: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-driver-v1/"""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError, duplicate, invalid
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

_DEFAULTS = (
    ("attachRequired", True),
    ("podInfoOnMount", False),
    ("storageCapacity", False),
    ("fsGroupPolicy", "ReadWriteOnceWithFSType"),
    ("requiresRepublish", False),
    ("seLinuxMount", False),
)
_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Persistent", "Ephemeral")
_COUNTED = ("tokenRequests", "requiresRepublish", "seLinuxMount")  # whose changes metadata.generation counts


def _read_flag(field: str, default: bool) -> Callable[[Object, float], bool]:
    def read(driver: Object, now: float) -> bool:
        value = (driver.get("spec") or {}).get(field)
        return default if value is None else bool(value)

    return read


def tell_token_requests(driver: Object, now: float) -> str:
    """Return the TOKENREQUESTS cell: the audiences."""
    requests = (driver.get("spec") or {}).get("tokenRequests")
    return "<unset>" if requests is None else ",".join(request.get("audience", "") for request in requests)


def set_defaults(driver: Object) -> None:
    """Fill in a driver."""
    spec = driver.setdefault("spec", {})
    for field, value in _DEFAULTS:
        if spec.get(field) is None:
            spec[field] = value
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = ["Persistent"]


def _prepare_for_create(driver: Object) -> None:
    """Drop the field of a feature that is off (MutableCSINodeAllocatableCount)."""
    driver["spec"].pop("nodeAllocatableUpdatePeriodSeconds", None)


def _prepare_for_update(new: Object, old: Object) -> None:
    if old["spec"].get("nodeAllocatableUpdatePeriodSeconds") is None:
        new["spec"].pop("nodeAllocatableUpdatePeriodSeconds", None)
    if any(new["spec"].get(field) != old["spec"].get(field) for field in _COUNTED):
        new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1


def _validate(driver: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import unsupported

    spec = driver["spec"]
    errors = []
    if (policy := spec.get("fsGroupPolicy")) is not None and policy not in _GROUP_POLICIES:
        errors.append(unsupported("spec.fsGroupPolicy", policy, _GROUP_POLICIES))
    errors += _validate_tokens(spec.get("tokenRequests") or [])
    unknown = [mode for mode in spec.get("volumeLifecycleModes") or () if mode not in _MODES]
    return errors + [unsupported("spec.volumeLifecycleModes", mode, _MODES) for mode in unknown]


def _validate_tokens(requests: list[Object]) -> list[FieldError]:
    errors, seen = [], set()
    for index, request in enumerate(requests):
        field, audience = f"spec.tokenRequests[{index}]", request.get("audience", "")
        if audience in seen:
            errors.append(duplicate(f"{field}.audience", audience))
            continue
        seen.add(audience)
        seconds = request.get("expirationSeconds")
        if seconds is None:
            continue
        if seconds < 600:
            errors.append(invalid(f"{field}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"))
        if seconds > 1 << 32:
            why = "may not specify a duration larger than 2^32 seconds"
            errors.append(invalid(f"{field}.expirationSeconds", seconds, why))
    return errors


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable

    after, before = new["spec"], old["spec"]
    errors = _validate(new)
    errors += check_immutable("spec.attachedRequired", after.get("attachRequired"), before.get("attachRequired"))
    modes = after.get("volumeLifecycleModes") or []
    shown = "[]storage.VolumeLifecycleMode{" + ", ".join(f'"{mode}"' for mode in modes) + "}"
    return errors + check_immutable("spec.volumeLifecycleModes", modes, before.get("volumeLifecycleModes"), shown)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="CSIDriver",
    plural="csidrivers",
    singular="csidriver",
    schema="io.k8s.api.storage.v1.CSIDriver",
    unconditional_update=False,
    namespaced=False,
    status=False,
    columns=(
        NAME,
        Column("AttachRequired", _read_flag("attachRequired", True), type="boolean"),
        Column("PodInfoOnMount", _read_flag("podInfoOnMount", False), type="boolean"),
        Column("StorageCapacity", _read_flag("storageCapacity", False), type="boolean"),
        Column("TokenRequests", tell_token_requests),
        Column("RequiresRepublish", _read_flag("requiresRepublish", False), type="boolean"),
        Column("Modes", lambda driver, now: ",".join((driver.get("spec") or {}).get("volumeLifecycleModes") or ()) or "<none>"),
        AGE,
    ),
    set_defaults=set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_update=_prepare_for_update,
    validate=_validate,
    validate_update=_validate_update,
)
