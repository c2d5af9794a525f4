"""PersistentVolume: https://kubernetes.io/docs/concepts/storage/persistent-volumes/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.core.persistent_storage import (
    format_access_modes,
    storage_class_of,
    tell_attributes_class,
    tell_mode,
    tell_phase,
)
from minikube_py.apis.kind import Column, Kind, Object


def _spec(volume: Object) -> Object:
    return volume.get("spec") or {}


def tell_claim(volume: Object, now: float) -> str:
    """Return the CLAIM cell: `namespace/name` of the claim that has the volume."""
    claim = _spec(volume).get("claimRef")
    return "" if claim is None else f"{claim.get('namespace', '')}/{claim.get('name', '')}"


def set_defaults(volume: Object) -> None:
    """Fill in a volume."""
    from minikube_py.apis.core.pod_defaults import set_source_defaults
    from minikube_py.apis.core.resource_amounts import round_resources

    spec, status = volume.setdefault("spec", {}), volume.setdefault("status", {})
    status["phase"] = status.get("phase") or "Pending"
    if not spec.get("persistentVolumeReclaimPolicy"):
        spec["persistentVolumeReclaimPolicy"] = "Retain"
    if spec.get("volumeMode") is None:
        spec["volumeMode"] = "Filesystem"
    set_source_defaults(spec)
    round_resources(spec.get("capacity"))


def _prepare_for_create(volume: Object) -> None:
    """Begin its status afresh, at the time at which it was made."""
    volume["status"] = {"phase": "Pending"}
    if made := volume["metadata"].get("creationTimestamp"):
        volume["status"]["lastPhaseTransitionTime"] = made
    volume["spec"].pop("volumeAttributesClassName", None)


def _prepare_for_update(new: Object, old: Object) -> None:
    if old["spec"].get("volumeAttributesClassName") is None:
        new["spec"].pop("volumeAttributesClassName", None)


def _validate(volume: Object) -> list[FieldError]:
    from minikube_py.apis.core.persistentvolume_validation import validate_volume

    return validate_volume(volume)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.persistentvolume_validation import validate_volume_update

    return validate_volume_update(new, old)


def _warn(volume: Object) -> list[str]:
    from minikube_py.apis.core.persistentvolume_validation import warn_of_volume

    return warn_of_volume(volume)


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolume",
    plural="persistentvolumes",
    singular="persistentvolume",
    short_names=("pv",),
    schema="io.k8s.api.core.v1.PersistentVolume",
    namespaced=False,
    subresources=("status",),
    columns=(
        NAME,
        Column("Capacity", lambda volume, now: (_spec(volume).get("capacity") or {}).get("storage") or "0"),
        Column("Access Modes", lambda volume, now: format_access_modes(_spec(volume).get("accessModes"))),
        Column("Reclaim Policy", lambda volume, now: _spec(volume).get("persistentVolumeReclaimPolicy") or ""),
        Column("Status", tell_phase),
        Column("Claim", tell_claim),
        Column("StorageClass", lambda volume, now: storage_class_of(volume)),
        Column("VolumeAttributesClass", tell_attributes_class),
        Column("Reason", lambda volume, now: (volume.get("status") or {}).get("reason") or ""),
        AGE,
        Column("VolumeMode", tell_mode, priority=1),
    ),
    set_defaults=set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_update=_prepare_for_update,
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
)
