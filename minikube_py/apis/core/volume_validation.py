"""Rules for the volumes of a pod."""

from __future__ import annotations

from collections.abc import Callable

from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, format_value, invalid, required
from minikube_py.apimachinery.names import is_dns1123_label, is_dns1123_subdomain
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.validation_meta import validate_annotations, validate_labels
from minikube_py.apis.core.claim_validation import validate_claim_spec
from minikube_py.apis.core.paths import check_no_backsteps, validate_descending_path, validate_mode
from minikube_py.apis.core.projected_validation import validate_downward_api, validate_items, validate_projected
from minikube_py.apis.core.volume_sources import REQUIRED, validate_source
from minikube_py.apis.field_checks import check_by, check_name, check_one_of, unsupported
from minikube_py.apis.kind import Object

_HOST_PATH_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
_ORDER = (  # in which Kubernetes looks at them; the first one counts
    *("emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs"),
    *("flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap"),
    *("azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO"),
    *("csi", "ephemeral", "image"),
)
_SHOWN_AS_SECOND = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}  # as Kubernetes writes them where they are one too many
_TEMPLATE_METADATA = (  # in Go's order
    *("name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields"),
)
_LONG_TARGET = (
    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified."
)
_NOT_OWN = "must not reference a PVC that gets created for an ephemeral volume"


def validate_volumes(volumes: list[Object], field: str, pod_name: str = "") -> tuple[dict[str, Object], list[FieldError]]:
    """Return the sound volumes by name, and what is wrong with the others. `pod_name` is "" for templates."""
    errors: list[FieldError] = []
    sound: dict[str, Object] = {}
    made = {f"{pod_name}-{v.get('name', '')}" for v in volumes if pod_name and v.get("ephemeral") is not None}
    for index, volume in enumerate(volumes):
        path, name = f"{field}[{index}]", volume.get("name", "")
        problems = _validate_volume(volume, path, pod_name) + check_name(f"{path}.name", name, is_dns1123_label)
        if name in sound:
            problems.append(duplicate(f"{path}.name", name))
        if not problems:
            sound[name] = volume
        errors += problems
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in made:
            errors.append(invalid(f"{path}.persistentVolumeClaim.claimName", claim, _NOT_OWN))
    return sound, errors


def _validate_volume(volume: Object, field: str, pod_name: str) -> list[FieldError]:
    sources = [kind for kind in _ORDER if volume.get(kind) is not None]
    if not sources:
        return [required(field, "must specify a volume type")]
    errors = []
    for index, kind in enumerate(sources):
        if index:
            shown = _SHOWN_AS_SECOND.get(kind, kind)
            errors.append(forbidden(f"{field}.{shown}", "may not specify more than 1 volume type"))
        elif kind in _SOURCES:
            errors += _SOURCES[kind](volume[kind], f"{field}.{kind}")
        elif kind in REQUIRED:
            errors += validate_source(kind, volume[kind], field, persistent=False)
        errors += _check_volume_name(kind, volume, field, pod_name, first=not index)
    return errors


def _check_volume_name(kind: str, volume: Object, field: str, pod_name: str, *, first: bool) -> list[FieldError]:
    """Return an error where the volume's name makes another name too long or wrong."""
    name = volume.get("name", "")
    if kind == "iscsi" and volume[kind].get("initiatorName") is not None:
        whole = f"{name}:{volume[kind].get('targetPortal', '')}"
        return [invalid(f"{field}.name", name, _LONG_TARGET)] if len(whole.encode()) > 64 else []
    if kind == "ephemeral" and first and name and pod_name:
        claim = f"{pod_name}-{name}"
        texts = is_dns1123_subdomain(claim)
        return [invalid(f"{field}.name", name, f"PVC name {format_value(claim)}: {text}") for text in texts]
    return []


def validate_host_path(source: Object, field: str) -> list[FieldError]:
    """Return what is wrong with a folder or file of the node."""
    path = source.get("path") or ""
    if not path:
        return [required(f"{field}.path")]
    errors = check_no_backsteps(path, f"{field}.path")
    if (kind := source.get("type") or "") not in _HOST_PATH_TYPES:
        errors.append(unsupported(f"{field}.type", kind, _HOST_PATH_TYPES))
    return errors


def _validate_empty_dir(source: Object, field: str) -> list[FieldError]:
    limit = source.get("sizeLimit")
    if limit is not None and parse_quantity(limit).nanos < 0:
        return [forbidden(f"{field}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def _validate_git_repo(source: Object, field: str) -> list[FieldError]:
    errors = [] if source.get("repository") else [required(f"{field}.repository")]
    return errors + validate_descending_path(source.get("directory") or "", f"{field}.directory")


def _validate_secret(source: Object, field: str) -> list[FieldError]:
    return _validate_keyed(source, "secretName", field)


def _validate_config_map(source: Object, field: str) -> list[FieldError]:
    return _validate_keyed(source, "name", field)


def _validate_keyed(source: Object, name: str, field: str) -> list[FieldError]:
    errors = [] if source.get(name) else [required(f"{field}.{name}")]
    errors += validate_mode(source.get("defaultMode"), f"{field}.defaultMode")
    return errors + validate_items(source.get("items") or [], f"{field}.items")


def _validate_ephemeral(source: Object, field: str) -> list[FieldError]:
    template, path = source.get("volumeClaimTemplate"), f"{field}.volumeClaimTemplate"
    if template is None:
        return [required(path)]
    metadata = template.get("metadata") or {}
    errors = validate_annotations(metadata.get("annotations"), f"{path}.metadata.annotations")
    errors += validate_labels(metadata.get("labels"), f"{path}.metadata.labels")
    for name in _TEMPLATE_METADATA:
        if metadata.get(name):
            errors.append(forbidden(f"{path}.metadata.{'uID' if name == 'uid' else name}", "cannot be set"))
    return errors + validate_claim_spec(template.get("spec") or {}, f"{path}.spec")


def _validate_claim(source: Object, field: str) -> list[FieldError]:
    return [] if source.get("claimName") else [required(f"{field}.claimName")]


def _validate_image(source: Object, field: str) -> list[FieldError]:
    errors = [] if source.get("reference") else [required(f"{field}.reference")]
    return errors + check_one_of(f"{field}.pullPolicy", source.get("pullPolicy") or "", ("Always", "IfNotPresent", "Never"))


def _validate_driver_secret(source: Object, field: str) -> list[FieldError]:
    """Check the CSI driver of a volume that only its pod has. A bad name of its secret is told of as the source's own."""
    errors = validate_source("csi", source, field.rpartition(".")[0], persistent=False)
    if (secret := source.get("nodePublishSecretRef")) is None:
        return errors
    name = secret.get("name") or ""
    return errors + (
        check_by(f"{field}.name", name, is_dns1123_subdomain) if name else [required(f"{field}.nodePublishSecretRef.name")]
    )


_SOURCES: dict[str, Callable[[Object, str], list[FieldError]]] = {
    "hostPath": validate_host_path,
    "emptyDir": _validate_empty_dir,
    "gitRepo": _validate_git_repo,
    "secret": _validate_secret,
    "configMap": _validate_config_map,
    "downwardAPI": validate_downward_api,
    "projected": validate_projected,
    "ephemeral": _validate_ephemeral,
    "persistentVolumeClaim": _validate_claim,
    "image": _validate_image,
    "csi": _validate_driver_secret,
}
