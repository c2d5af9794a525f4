"""VolumeAttachment: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/"""

from __future__ import annotations

from minikube_py.apimachinery.errors import FieldError, forbidden, required, too_long
from minikube_py.apis.columns import AGE, NAME
from minikube_py.apis.kind import Column, Kind, Object

_MAX_METADATA, _MAX_MESSAGE = 256 * 1024, 1024
_ONE_OF = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def _spec(attachment: Object) -> Object:
    return attachment.get("spec") or {}


def _set_defaults(attachment: Object) -> None:
    attachment.setdefault("spec", {}).setdefault("source", {})


def _prepare_for_create(attachment: Object) -> None:
    attachment["status"] = {"attached": False}


def _prepare_for_status_update(new: Object, old: Object) -> None:
    new.setdefault("status", {}).setdefault("attached", False)


def _validate(attachment: Object) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_subdomain
    from minikube_py.apis.core.volume_sources import validate_driver_name
    from minikube_py.apis.field_checks import check_by

    spec = attachment["spec"]
    errors = _validate_stored(attachment) + validate_driver_name(spec.get("attacher") or "", "spec.attacher")
    if (name := spec["source"].get("persistentVolumeName")) is not None:
        errors += check_by("spec.source.persistentVolumeName", name, is_dns1123_subdomain)
    return errors


def _validate_stored(attachment: Object) -> list[FieldError]:
    from minikube_py.apimachinery.names import is_dns1123_subdomain
    from minikube_py.apis.field_checks import check_by

    spec, status = attachment["spec"], attachment.get("status") or {}
    errors = [] if spec.get("attacher") else [required("spec.attacher")]
    errors += _validate_source(spec.get("source") or {})
    errors += check_by("spec.nodeName", spec.get("nodeName") or "", is_dns1123_subdomain)
    size = sum(len(key) + len(value) for key, value in (status.get("attachmentMetadata") or {}).items())
    if size > _MAX_METADATA:
        errors.append(too_long("status.attachmentMetadata", _MAX_METADATA))
    for part in ("attachError", "detachError"):
        if len(((status.get(part) or {}).get("message") or "").encode()) > _MAX_MESSAGE:
            errors.append(too_long(f"status.{part}.message", _MAX_METADATA))
    return errors


def _validate_source(source: Object) -> list[FieldError]:
    from minikube_py.apis.core.persistentvolume_validation import validate_inline_volume

    inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    if inline is None and name is None:
        return [required("spec.source", _ONE_OF)]
    if inline is not None and name is not None:
        return [forbidden("spec.source", _ONE_OF)]
    if inline is not None:
        return validate_inline_volume(inline, "spec.source.inlineVolumeSpec")
    return [] if name else [required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName")]


def _validate_update(new: Object, old: Object) -> list[FieldError]:
    from minikube_py.apis.field_checks import check_immutable
    from minikube_py.apis.go_structs import show_go

    spec = new["spec"]
    return _validate_stored(new) + check_immutable("spec", spec, old["spec"], show_go("storage.VolumeAttachmentSpec", spec))


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttachment",
    plural="volumeattachments",
    singular="volumeattachment",
    schema="io.k8s.api.storage.v1.VolumeAttachment",
    unconditional_update=False,
    namespaced=False,
    subresources=("status",),
    columns=(
        NAME,
        Column("Attacher", lambda attachment, now: _spec(attachment).get("attacher") or ""),
        Column("PV", lambda attachment, now: (_spec(attachment).get("source") or {}).get("persistentVolumeName") or ""),
        Column("Node", lambda attachment, now: _spec(attachment).get("nodeName") or ""),
        Column("Attached", lambda attachment, now: bool((attachment.get("status") or {}).get("attached"))),
        AGE,
    ),
    set_defaults=_set_defaults,
    prepare_for_create=_prepare_for_create,
    prepare_for_status_update=_prepare_for_status_update,
    validate=_validate,
    validate_update=_validate_update,
    validate_status_update=_validate_update,
)
