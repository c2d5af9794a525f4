"""What volumes and claims have in common: classes, access modes, modes, sizes."""

from __future__ import annotations

from minikube_py.apis.kind import Object

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
SHORT_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
UNSET = "<unset>"


def storage_class_of(obj: Object) -> str:
    """Return the storage class of a volume or claim, "" for none. The annotation of old times wins."""
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    if CLASS_ANNOTATION in annotations:
        return str(annotations[CLASS_ANNOTATION])
    return str((obj.get("spec") or {}).get("storageClassName") or "")


def format_access_modes(modes: list[str] | None) -> str:
    """Return access modes by their short names, always in the same order: `RWO,ROX`."""
    return ",".join(short for mode, short in SHORT_MODES.items() if mode in (modes or ()))


def tell_phase(obj: Object, now: float) -> str:
    """Return the STATUS cell of a volume or claim."""
    return "Terminating" if obj["metadata"].get("deletionTimestamp") else (obj.get("status") or {}).get("phase") or ""


def tell_mode(obj: Object, now: float) -> str:
    """Return the VOLUMEMODE cell."""
    return (obj.get("spec") or {}).get("volumeMode") or UNSET


def tell_attributes_class(obj: Object, now: float) -> str:
    """Return the VOLUMEATTRIBUTESCLASS cell."""
    name = (obj.get("spec") or {}).get("volumeAttributesClassName")
    return UNSET if name is None else str(name)
