"""Rules for the sources of volumes that stand in pods and in persistent volumes alike: disks, shares, drivers.

The table says which fields a source needs; functions say the rest. What lies on the node itself is in `volume_validation`.
"""

from __future__ import annotations

import re

from minikube_py.apimachinery.errors import FieldError, invalid, not_supported, required, too_long
from minikube_py.apimachinery.gosyntax import format_go_strings
from minikube_py.apimachinery.names import inclusive_range_error, is_dns1123_label, is_dns1123_subdomain
from minikube_py.apis.field_checks import GoValueError, check_by
from minikube_py.apis.kind import Object

REQUIRED: dict[str, tuple[str, ...]] = {
    "nfs": ("server", "path"),
    "iscsi": ("targetPortal", "iqn"),
    "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",),
    "glusterfs": ("endpoints", "path"),
    "quobyte": (),
    "cephfs": ("monitors",),
    "rbd": ("monitors", "image"),
    "cinder": ("volumeID",),
    "flexVolume": ("driver",),
    "azureFile": ("secretName", "shareName"),
    "azureDisk": ("diskName", "diskURI"),
    "vsphereVolume": ("volumePath",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "scaleIO": ("gateway", "system", "volumeName"),
    "storageos": ("volumeName",),
    "csi": (),
    "fc": (),
    "flocker": (),
}
_SHOWN_AS = {"gcePersistentDisk": "persistentDisk"}
_CACHING = ("None", "ReadOnly", "ReadWrite")
_DISK_KINDS = ("Dedicated", "Managed", "Shared")
_MANAGED_URI = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}",
    "/subscriptions/",
)
_BLOB_URI = ("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd", "https://")
_NAMED = frozenset(("cinder", "storageos"))  # whose secrets must have a name, and in persistent volumes a namespace
_PAIRS = "must be a host:port pair or multiple pairs separated by commas"
_IQN = re.compile(r"iqn\.[0-9]{4}-[0-9]{2}\.([0-9A-Za-z.-]+)(:[^,;*&$|\s]+)$")
_SERIALS = {"eui": re.compile("^eui.[0-9A-Za-z]{16}$"), "naa": re.compile("^naa.[0-9A-Za-z]{32}$")}


def validate_source(kind: str, source: Object, parent: str, *, persistent: bool) -> list[FieldError]:
    """Return what is wrong with a source of one of the kinds of REQUIRED."""
    field = f"{parent}.{_SHOWN_AS.get(kind, kind)}"
    errors = [required(f"{field}.{name}") for name in REQUIRED[kind] if not source.get(name)]
    if kind == "iscsi":
        errors += _validate_iscsi(source, field, persistent)
    elif rule := _RULES.get(kind):
        errors += rule(source, field)
    secret = source.get("secretRef")
    if secret is not None and kind in _NAMED and not secret.get("name"):
        errors.append(required(f"{field}.secretRef.name"))
    if not persistent:
        return errors
    if secret is not None and kind in _NAMED and not secret.get("namespace"):
        errors.append(required(f"{field}.secretRef.namespace"))
    if kind == "csi":
        errors += _validate_persistent_driver(source, field)
    if (namespace := source.get("endpointsNamespace")) is not None:
        why = "if the endpointnamespace is set, it must be a valid namespace name"
        errors += [invalid(f"{field}.endpointsNamespace", namespace, w) for w in is_dns1123_label(namespace) if namespace]
        errors += [] if namespace else [invalid(f"{field}.endpointsNamespace", namespace, why)]
    if kind == "azureFile" and source.get("secretNamespace") == "":
        errors.append(required(f"{field}.secretNamespace"))
    return errors


def validate_driver_name(name: str, field: str) -> list[FieldError]:
    """Return what is wrong with the name of a CSI driver."""
    errors = [] if name else [required(field)]
    if len(name.encode()) > 63:
        errors.append(too_long(field, 63))
    return errors + [invalid(field, name, text) for text in is_dns1123_subdomain(name.lower())]


def _validate_driver(source: Object, field: str) -> list[FieldError]:
    return validate_driver_name(source.get("driver") or "", f"{field}.driver")


def _validate_persistent_driver(source: Object, field: str) -> list[FieldError]:
    errors = [] if source.get("volumeHandle") else [required(f"{field}.volumeHandle")]
    for step in ("controllerPublish", "controllerExpand", "nodePublish", "nodeExpand"):
        if (secret := source.get(f"{step}SecretRef")) is not None:
            path = f"{field}.{step}SecretRef"
            for part, rule in (("name", is_dns1123_subdomain), ("namespace", is_dns1123_label)):
                value = secret.get(part) or ""
                errors += check_by(f"{path}.{part}", value, rule) if value else [required(f"{path}.{part}")]
    return errors


def _check_range(value: int, low: int, high: int, field: str, shown_low: int | None = None) -> list[FieldError]:
    text = inclusive_range_error(low if shown_low is None else shown_low, high)
    return [] if low <= value <= high else [invalid(field, value, text)]


def _validate_partition(source: Object, field: str) -> list[FieldError]:
    return _check_range(source.get("partition") or 0, 0, 255, f"{field}.partition", 1)


def _validate_iscsi(source: Object, field: str, persistent: bool) -> list[FieldError]:
    errors = _validate_initiator(source["iqn"], f"{field}.iqn", persistent) if source.get("iqn") else []
    errors += _check_range(source.get("lun") or 0, 0, 255, f"{field}.lun")
    secret = source.get("secretRef")
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and secret is None:
        errors.append(required(f"{field}.secretRef"))
    if persistent and secret is not None and not secret.get("name"):
        errors.append(required(f"{field}.secretRef.name"))
    if (name := source.get("initiatorName")) is not None:
        errors += _validate_initiator(name, f"{field}.initiatorname", persistent)
    return errors


def _validate_initiator(name: str, field: str, persistent: bool) -> list[FieldError]:
    """Return an error for what is no name of a target or an initiator: iqn, eui or naa, each of its own form."""
    kind = name[:3]
    if kind == "iqn":
        return [] if _IQN.search(name) else [invalid(field, name, "must be valid format")]
    if kind in _SERIALS:
        return [] if _SERIALS[kind].search(name) else [invalid(field, name, "must be valid format")]
    return [invalid(field, name, "must be valid format" + ("" if persistent else " starting with iqn, eui, or naa"))]


def _validate_fibre(source: Object, field: str) -> list[FieldError]:
    names, ids, lun = source.get("targetWWNs") or [], source.get("wwids") or [], source.get("lun")
    if not names and not ids:
        return [required(f"{field}.targetWWNs", "must specify either targetWWNs or wwids, but not both")]
    both = "targetWWNs and wwids can not be specified simultaneously"
    errors: list[FieldError] = []
    if names and ids:
        errors.append(GoValueError("FieldValueInvalid", f"{field}.targetWWNs", format_go_strings(names), both))
    if names and lun is None:
        errors.append(required(f"{field}.lun", "lun is required if targetWWNs is specified"))
    elif names:
        errors += _check_range(lun or 0, 0, 255, f"{field}.lun")
    return errors


def _validate_quobyte(source: Object, field: str) -> list[FieldError]:
    registry = source.get("registry") or ""
    if not registry:
        errors = [required(f"{field}.registry", _PAIRS)]
    elif len((source.get("tenant") or "").encode()) >= 65:
        errors = [required(f"{field}.tenant", "must be a UUID and may not exceed a length of 64 characters")]
    else:
        bad = (pair for pair in registry.split(",") if not _is_host_and_port(pair))
        errors = [invalid(f"{field}.registry", registry, _PAIRS) for _ in bad]
    return errors if source.get("volume") else [*errors, required(f"{field}.volume")]


def _is_host_and_port(text: str) -> bool:
    host, colon, port = text.rpartition(":")
    if host.startswith("["):
        return host.endswith("]") and "]" not in port
    return bool(colon) and not set(host + port) & set(":[]")


def _validate_flocker(source: Object, field: str) -> list[FieldError]:
    name, uuid = source.get("datasetName") or "", source.get("datasetUUID") or ""
    if not name and not uuid:
        return [required(field, "one of datasetName and datasetUUID is required")]
    errors = []
    if name and uuid:
        errors.append(invalid(field, "resource", "datasetName and datasetUUID can not be specified simultaneously"))
    if "/" in name:
        errors.append(invalid(f"{field}.datasetName", name, "must not contain '/'"))
    return errors


def _validate_share(source: Object, field: str) -> list[FieldError]:
    path = source.get("path") or ""
    return [] if path.startswith("/") else [invalid(f"{field}.path", path, "must be an absolute path")]


def _validate_flex(source: Object, field: str) -> list[FieldError]:
    errors = []
    for key in sorted(source.get("options") or {}):
        owner = "." + key.partition("/")[0].lower()
        if owner.endswith((".kubernetes.io", ".k8s.io")):
            why = "kubernetes.io and k8s.io namespaces are reserved"
            errors.append(invalid(f"{field}.options[{key}]", key, why))
    return errors


def _validate_azure_disk(source: Object, field: str) -> list[FieldError]:
    errors, kind, uri = [], source.get("kind"), source.get("diskURI") or ""
    if (caching := source.get("cachingMode")) is not None and caching not in _CACHING:
        errors.append(not_supported(f"{field}.cachingMode", caching, _CACHING))
    if kind is not None and kind not in _DISK_KINDS:
        errors.append(not_supported(f"{field}.kind", kind, _DISK_KINDS))
    shown, beginning = _MANAGED_URI if kind == "Managed" else _BLOB_URI
    if kind is not None and not uri.startswith(beginning):
        errors.append(not_supported(f"{field}.diskURI", uri, (shown,)))
    return errors


def _validate_storageos(source: Object, field: str) -> list[FieldError]:
    names = ((name, source.get(name)) for name in ("volumeName", "volumeNamespace"))
    return [error for name, value in names if value for error in check_by(f"{field}.{name}", value, is_dns1123_label)]


_RULES = {
    "csi": _validate_driver,
    "gcePersistentDisk": _validate_partition,
    "awsElasticBlockStore": _validate_partition,
    "quobyte": _validate_quobyte,
    "fc": _validate_fibre,
    "flocker": _validate_flocker,
    "nfs": _validate_share,
    "flexVolume": _validate_flex,
    "azureDisk": _validate_azure_disk,
    "storageos": _validate_storageos,
}
