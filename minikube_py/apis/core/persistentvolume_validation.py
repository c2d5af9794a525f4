"""Rules for persistent volumes, and for the volumes that stand in VolumeAttachments."""

from __future__ import annotations

from posixpath import normpath

from minikube_py.apimachinery.errors import FieldError, forbidden, invalid, required
from minikube_py.apimachinery.names import is_dns1123_subdomain
from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.claim_validation import validate_access_modes
from minikube_py.apis.core.node_labels import NEW_NODE_LABELS, warn_of_node_term
from minikube_py.apis.core.paths import check_no_backsteps
from minikube_py.apis.core.persistent_storage import CLASS_ANNOTATION, VOLUME_MODES
from minikube_py.apis.core.scheduling_validation import validate_node_selector
from minikube_py.apis.core.volume_sources import validate_source
from minikube_py.apis.core.volume_validation import validate_host_path
from minikube_py.apis.field_checks import IMMUTABLE, NOT_POSITIVE, GoValueError, check_by, check_immutable, unsupported
from minikube_py.apis.go_diff import diff_structs
from minikube_py.apis.go_literals import show_quantity
from minikube_py.apis.go_structs import show_go
from minikube_py.apis.kind import Object

SOURCES = (  # in the order in which the second of two is refused
    *("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs"),
    *("iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume"),
    *("azureDisk", "scaleIO", "local", "storageos", "csi"),
)
_RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
_INLINE = "in the context of inline volumes"
_GATE_OFF = "update is forbidden when the VolumeAttributesClass feature gate is disabled"
_MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options"
_MOUNTED = frozenset(  # sources whose mount options the annotation may give
    (
        *("gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi", "cinder", "cephfs"),
        *("azureFile", "vsphereVolume", "azureDisk"),
    )
)
_RECYCLE = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
_OLD_SOURCES = {
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}


def validate_volume(volume: Object) -> list[FieldError]:
    """Return what is wrong with a volume."""
    spec = volume["spec"]
    errors = validate_access_modes_given(spec)
    errors += _validate_capacity(spec.get("capacity"))
    policy = spec.get("persistentVolumeReclaimPolicy") or ""
    if policy and policy not in _RECLAIM_POLICIES:
        errors.append(unsupported("spec.persistentVolumeReclaimPolicy", policy, _RECLAIM_POLICIES))
    if (affinity := spec.get("nodeAffinity")) is not None:
        errors += _validate_affinity(affinity)
    errors += validate_sources(spec, "spec")
    if policy == "Recycle" and normpath((spec.get("hostPath") or {}).get("path") or ".") == "/":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(forbidden("spec.persistentVolumeReclaimPolicy", why))
    if name := spec.get("storageClassName"):
        errors += check_by("spec.storageClassName", name, is_dns1123_subdomain)
    if (mode := spec.get("volumeMode")) is not None and mode not in VOLUME_MODES:
        errors.append(unsupported("spec.volumeMode", mode, VOLUME_MODES))
    return errors + _check_mount_options(volume)


def validate_inline_volume(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the spec of a volume that stands in a VolumeAttachment."""
    errors = [forbidden(f"{field}.{n}", f"may not be specified {_INLINE}") for n in ("claimRef", "capacity") if spec.get(n)]
    if spec.get("csi") is None:
        errors.append(required(f"{field}.csi", f"has to be specified {_INLINE}"))
    errors += validate_access_modes_given(spec, field)
    if spec.get("persistentVolumeReclaimPolicy") not in (None, "", "Retain"):
        errors.append(forbidden(f"{field}.persistentVolumeReclaimPolicy", f"may only be Retain {_INLINE}"))
    if spec.get("nodeAffinity") is not None:
        errors.append(forbidden(f"{field}.nodeAffinity", f"may not be specified {_INLINE}"))
    errors += validate_sources(spec, field)
    if spec.get("storageClassName"):
        errors.append(forbidden(f"{field}.storageClassName", f"may not be specified {_INLINE}"))
    if spec.get("volumeMode") not in (None, "Filesystem"):
        errors.append(forbidden(f"{field}.volumeMode", f"may not specify volumeMode other than Filesystem {_INLINE}"))
    return errors


def validate_access_modes_given(spec: Object, field: str = "spec") -> list[FieldError]:
    """Return what is wrong with the access modes of a volume, which must have some."""
    modes = spec.get("accessModes") or []
    errors = [] if modes else [required(f"{field}.accessModes")]
    return errors + validate_access_modes(modes, f"{field}.accessModes")


def _validate_capacity(capacity: Object | None) -> list[FieldError]:
    errors = [] if capacity else [required("spec.capacity")]
    if capacity is None or set(capacity) != {"storage"}:
        shown = _show_resources(capacity)
        errors.append(_not_storage(shown))
    for name, amount in sorted((capacity or {}).items()):
        field, quantity = f"spec.capacity[{name}]", parse_quantity(amount)
        if quantity.value() < 0:
            errors.append(invalid(field, quantity.value(), "must be a valid resource quantity"))
        if quantity.nanos <= 0:
            errors.append(invalid(field, amount, NOT_POSITIVE))
    return errors


class _NotSupportedGoValue(FieldError):
    """An unsupported value that is shown as a Go literal."""

    __slots__ = ()

    @property
    def body(self) -> str:
        """Return the text without the path."""
        return f"Unsupported value: {self.value}: {self.detail}"


def _not_storage(shown: str) -> FieldError:
    return _NotSupportedGoValue("FieldValueNotSupported", "spec.capacity", shown, 'supported values: "storage"')


def _show_resources(amounts: Object | None) -> str:
    if amounts is None:
        return "core.ResourceList(nil)"
    inner = ", ".join(f'"{name}":{show_quantity(amount, remembered=True)}' for name, amount in sorted(amounts.items()))
    return f"core.ResourceList{{{inner}}}"


def _validate_affinity(affinity: Object) -> list[FieldError]:
    if (terms := affinity.get("required")) is None:
        return [required("spec.nodeAffinity.required", "must specify required node constraints")]
    return validate_node_selector(terms, "spec.nodeAffinity.required")


def validate_sources(spec: Object, field: str) -> list[FieldError]:
    """Return what is wrong with the one source that a volume must have."""
    errors: list[FieldError] = []
    given = [kind for kind in SOURCES if spec.get(kind) is not None]
    for kind in given:
        path, source = f"{field}.{kind}", spec[kind]
        if kind != given[0] and kind != "flexVolume":
            shown = "cephFS" if kind == "cephfs" else kind
            errors.append(forbidden(f"{field}.{shown}", "may not specify more than 1 volume type"))
        elif kind == "hostPath":
            errors += validate_host_path(source, path)
        elif kind == "local":
            errors += _validate_local(source, path)
            if spec.get("nodeAffinity") is None:
                errors.append(required(f"{field}.nodeAffinity", "Local volume requires node affinity"))
        else:
            errors += validate_source(kind, source, field, persistent=True)
    return errors if given else [required(field, "must specify a volume type")]


def _validate_local(source: Object, field: str) -> list[FieldError]:
    path = source.get("path") or ""
    return check_no_backsteps(path, f"{field}.path") if path else [required(f"{field}.path")]


def _check_mount_options(volume: Object) -> list[FieldError]:
    if _MOUNT_OPTIONS not in (volume["metadata"].get("annotations") or {}) or _MOUNTED & volume["spec"].keys():
        return []
    return [forbidden(f"metadata.annotations.{_MOUNT_OPTIONS}", "may not specify mount options for this volume type")]


def validate_volume_update(new: Object, old: Object) -> list[FieldError]:
    """Return what forbids a change: where a volume lies, its mode and, once given, its node affinity stay."""
    errors = validate_volume(new)
    after, before = _list_sources(new["spec"]), _list_sources(old["spec"])
    secret = (after.get("csi") or {}).get("controllerExpandSecretRef")
    if before.get("csi") is not None and before["csi"].get("controllerExpandSecretRef") is None and secret is not None:
        del after["csi"]["controllerExpandSecretRef"]
    if after != before:
        shown = diff_structs("core.PersistentVolumeSource", before, after)
        why = f"spec.persistentvolumesource is immutable after creation\n{shown}"
        errors.append(forbidden("spec.persistentvolumesource", why))
    errors += check_immutable("volumeMode", new["spec"].get("volumeMode"), old["spec"].get("volumeMode"))
    affinity = new["spec"].get("nodeAffinity")
    if not _is_affinity_kept(affinity, old["spec"].get("nodeAffinity")):
        shown = show_go("core.VolumeNodeAffinity", affinity) if affinity else '"null"'
        why = f"{IMMUTABLE}, except for updating from beta label to GA"
        errors.append(GoValueError("FieldValueInvalid", "nodeAffinity", shown, why))
    name, old_name = (volume["spec"].get("volumeAttributesClassName") for volume in (new, old))
    if name != old_name:
        errors.append(forbidden("spec.volumeAttributesClassName", _GATE_OFF))
    return errors


def _is_affinity_kept(new: Object | None, old: Object | None) -> bool:
    """Return whether an affinity is as it was, or was none; old names of labels may have become new ones."""
    if old is None or new == old:
        return True
    expressions = [_list_expressions(affinity) for affinity in (new, old)]
    if new is None or len(expressions[0]) != len(expressions[1]):
        return False
    renamed: Object = deep_copy(old)
    for expression, after in zip(_list_expressions(renamed), expressions[0], strict=True):
        if NEW_NODE_LABELS.get(expression.get("key", "")) == after.get("key"):
            expression["key"] = after.get("key")
    return renamed == new


def _list_expressions(affinity: Object | None) -> list[Object]:
    terms = ((affinity or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    return [expression for term in terms for expression in term.get("matchExpressions") or ()]


def _list_sources(spec: Object) -> Object:
    return {kind: deep_copy(spec[kind]) for kind in SOURCES if spec.get(kind) is not None}


def warn_of_volume(volume: Object) -> list[str]:
    """Return the warnings about a volume: names and plugins of old times."""
    spec, warnings = volume["spec"], []
    if CLASS_ANNOTATION in (volume["metadata"].get("annotations") or {}):
        why = 'deprecated since v1.8; use "storageClassName" attribute instead'
        warnings.append(f"metadata.annotations[{CLASS_ANNOTATION}]: {why}")
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        warnings.append(f"spec.persistentVolumeReclaimPolicy: {_RECYCLE}")
    terms = ((spec.get("nodeAffinity") or {}).get("required") or {}).get("nodeSelectorTerms") or ()
    for index, term in enumerate(terms):
        warnings += warn_of_node_term(term, f"spec.nodeAffinity.required.nodeSelectorTerms[{index}]")
    return warnings + [f"spec.{kind}: {text}" for kind, text in _OLD_SOURCES.items() if spec.get(kind) is not None]
