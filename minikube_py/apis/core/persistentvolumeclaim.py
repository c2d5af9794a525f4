"""PersistentVolumeClaim: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims"""

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


def _is_given_a_volume(claim: Object) -> bool:
    return bool((claim.get("spec") or {}).get("volumeName"))


def tell_capacity(claim: Object, now: float) -> str:
    """Return the CAPACITY cell: how much a claim with a volume got."""
    if not _is_given_a_volume(claim):
        return ""
    return ((claim.get("status") or {}).get("capacity") or {}).get("storage") or "0"


def tell_access_modes(claim: Object, now: float) -> str:
    """Return the ACCESS MODES cell: how the claim's volume may be used."""
    return format_access_modes((claim.get("status") or {}).get("accessModes")) if _is_given_a_volume(claim) else ""


def set_defaults(claim: Object) -> None:
    """Fill in a claim."""
    from minikube_py.apis.core.claim_strategy import set_claim_spec_defaults

    status = claim.setdefault("status", {})
    status["phase"] = status.get("phase") or "Pending"
    set_claim_spec_defaults(claim.setdefault("spec", {}))


def _prepare_for_create(claim: Object) -> None:
    from minikube_py.apis.core.claim_strategy import prepare_claim_spec

    claim["status"] = {"phase": "Pending"}
    prepare_claim_spec(claim["spec"], None)


def _prepare_for_update(new: Object, old: Object) -> None:
    from minikube_py.apis.core.claim_strategy import prepare_claim_spec

    prepare_claim_spec(new["spec"], old["spec"])


def _prepare_for_status_update(new: Object, old: Object) -> None:
    from minikube_py.apis.core.claim_strategy import prepare_claim_status

    prepare_claim_status(new.setdefault("status", {}), old.get("status") or {})


def _validate(claim: Object) -> list[FieldError]:
    from minikube_py.apis.core.claim_validation import validate_claim_spec

    return validate_claim_spec(claim["spec"], "spec")


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.claim_update import validate_claim_update

    return validate_claim_update(new, old)


def _validate_status_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.core.claim_update import validate_claim_status

    return validate_claim_status(new)


def _warn(claim: Object) -> list[str]:
    from minikube_py.apis.core.claim_validation import warn_of_claim

    return warn_of_claim(claim)


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolumeClaim",
    plural="persistentvolumeclaims",
    singular="persistentvolumeclaim",
    short_names=("pvc",),
    schema="io.k8s.api.core.v1.PersistentVolumeClaim",
    subresources=("status",),
    columns=(
        NAME,
        Column("Status", tell_phase),
        Column("Volume", lambda claim, now: (claim.get("spec") or {}).get("volumeName") or ""),
        Column("Capacity", tell_capacity),
        Column("Access Modes", tell_access_modes),
        Column("StorageClass", lambda claim, now: storage_class_of(claim)),
        Column("VolumeAttributesClass", tell_attributes_class),
        AGE,
        Column("VolumeMode", tell_mode, priority=1),
    ),
    set_defaults=set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_update=_prepare_for_update,
    prepare_for_status_update=_prepare_for_status_update,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_status_update,
    warnings=_warn,
)
