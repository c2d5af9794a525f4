"""StorageClass: https://kubernetes.io/docs/concepts/storage/storage-classes/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.columns import AGE
from minikube_py.apis.kind import Column, Kind, Object

DEFAULT_ANNOTATIONS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def is_default(storage_class: Object) -> bool:
    """Return whether claims that name no class get this one."""
    annotations = storage_class["metadata"].get("annotations") or {}
    return any(annotations.get(name) == "true" for name in DEFAULT_ANNOTATIONS)


def tell_name(storage_class: Object, now: float) -> str:
    """Return the NAME cell, which marks the default."""
    name = storage_class["metadata"]["name"]
    return f"{name} (default)" if is_default(storage_class) else str(name)


def set_defaults(storage_class: Object) -> None:
    """Fill in a storage class."""
    for field, value in (("reclaimPolicy", "Delete"), ("volumeBindingMode", "Immediate")):
        if storage_class.get(field) is None:
            storage_class[field] = value


def _validate(storage_class: Object) -> list[FieldError]:
    from minikube_py.apis.storage.storageclass_validation import validate_storage_class

    return validate_storage_class(storage_class)


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.storage.storageclass_validation import validate_storage_class_update

    return validate_storage_class_update(new, old)


def _warn(storage_class: Object) -> list[str]:
    from minikube_py.apis.storage.storageclass_validation import warn_of_topologies

    return warn_of_topologies(storage_class)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="StorageClass",
    plural="storageclasses",
    singular="storageclass",
    short_names=("sc",),
    schema="io.k8s.api.storage.v1.StorageClass",
    namespaced=False,
    status=False,
    columns=(
        Column("Name", tell_name, format="name"),
        Column("Provisioner", lambda storage_class, now: storage_class.get("provisioner") or ""),
        Column("ReclaimPolicy", lambda storage_class, now: storage_class.get("reclaimPolicy") or "Delete"),
        Column("VolumeBindingMode", lambda storage_class, now: storage_class.get("volumeBindingMode") or "Immediate"),
        Column("AllowVolumeExpansion", lambda storage_class, now: bool(storage_class.get("allowVolumeExpansion"))),
        AGE,
    ),
    set_defaults=set_defaults,
    validate=_validate,
    validate_update=_validate_update,
    warnings=_warn,
)
