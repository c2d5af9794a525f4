"""Where volumes come from: for each source its line of explanation and the fields that are shown.

A field is its title, the field's path in the source, and what is shown where the source does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.gosyntax import format_go_value
from minikube_py.apimachinery.quantity import canonical, parse_quantity
from minikube_py.apimachinery.unstructured import get_nested
from minikube_py.kubectl.describe.metadata import LONGEST_ANNOTATION, NONE
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]
Field = tuple[str, str, Any]
NIL = "nil"


class Source(NamedTuple):
    """One kind of volume source."""

    kind: str
    fields: tuple[Field, ...] = ()


_FS: Field = ("FSType:", "fsType", "")
_READ_ONLY: Field = ("ReadOnly:", "readOnly", False)
_SECRET: Field = ("SecretRef:", "secretRef", NIL)

_RBD = Source(
    "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    (
        *(("CephMonitors:", "monitors", []), ("RBDImage:", "image", ""), _FS, ("RBDPool:", "pool", "")),
        *(("RadosUser:", "user", ""), ("Keyring:", "keyring", ""), _SECRET, _READ_ONLY),
    ),
)
_ISCSI = Source(
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    (
        *(("TargetPortal:", "targetPortal", ""), ("IQN:", "iqn", ""), ("Lun:", "lun", 0)),
        *(("ISCSIInterface", "iscsiInterface", ""), _FS, _READ_ONLY, ("Portals:", "portals", [])),
        *(("DiscoveryCHAPAuth:", "chapAuthDiscovery", False), ("SessionCHAPAuth:", "chapAuthSession", False)),
        *(_SECRET, ("InitiatorName:", "initiatorName", NONE)),
    ),
)
_CEPH_FS = Source(
    "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    (
        *(("Monitors:", "monitors", []), ("Path:", "path", ""), ("User:", "user", "")),
        *(("SecretFile:", "secretFile", ""), _SECRET, _READ_ONLY),
    ),
)
_SCALE_IO_FIELDS: tuple[Field, ...] = (
    *(("Gateway:", "gateway", ""), ("System:", "system", ""), ("Protection Domain:", "protectionDomain", "")),
    *(("Storage Pool:", "storagePool", ""), ("Storage Mode:", "storageMode", ""), ("VolumeName:", "volumeName", "")),
)
_SCALE_IO = "ScaleIO (a persistent volume backed by a block device in ScaleIO)"
_GLUSTER = "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)"
_AZURE_FILE = "AzureFile (an Azure File Service mount on the host and bind mount to the pod)"
_CSI = "CSI (a Container Storage Interface (CSI) volume source)"

SOURCES: Mapping[str, Source] = {
    "hostPath": Source("HostPath (bare host directory volume)", (("Path:", "path", ""), ("HostPathType:", "type", NONE))),
    "emptyDir": Source(
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (("Medium:", "medium", ""), ("SizeLimit:", "sizeLimit", "<unset>")),
    ),
    "gcePersistentDisk": Source(
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (("PDName:", "pdName", ""), _FS, ("Partition:", "partition", 0), _READ_ONLY),
    ),
    "awsElasticBlockStore": Source(
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (("VolumeID:", "volumeID", ""), _FS, ("Partition:", "partition", 0), _READ_ONLY),
    ),
    "gitRepo": Source(
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository:", "repository", ""), ("Revision:", "revision", "")),
    ),
    "secret": Source(
        "Secret (a volume populated by a Secret)", (("SecretName:", "secretName", ""), ("Optional:", "optional", False))
    ),
    "configMap": Source(
        "ConfigMap (a volume populated by a ConfigMap)", (("Name:", "name", ""), ("Optional:", "optional", False))
    ),
    "nfs": Source(
        "NFS (an NFS mount that lasts the lifetime of a pod)", (("Server:", "server", ""), ("Path:", "path", ""), _READ_ONLY)
    ),
    "iscsi": _ISCSI,
    "glusterfs": Source(_GLUSTER, (("EndpointsName:", "endpoints", ""), ("Path:", "path", ""), _READ_ONLY)),
    "persistentVolumeClaim": Source(
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName:", "claimName", ""), _READ_ONLY),
    ),
    "rbd": _RBD,
    "quobyte": Source(
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        (("Registry:", "registry", ""), ("Volume:", "volume", ""), _READ_ONLY),
    ),
    "azureDisk": Source(
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        (
            *(("DiskName:", "diskName", ""), ("DiskURI:", "diskURI", ""), ("Kind: ", "kind", "")),
            *(_FS, ("CachingMode:", "cachingMode", ""), _READ_ONLY),
        ),
    ),
    "vsphereVolume": Source(
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (("VolumePath:", "volumePath", ""), _FS, ("StoragePolicyName:", "storagePolicyName", "")),
    ),
    "cinder": Source(
        "Cinder (a Persistent Disk resource in OpenStack)", (("VolumeID:", "volumeID", ""), _FS, _READ_ONLY, _SECRET)
    ),
    "photonPersistentDisk": Source(
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)", (("PdID:", "pdID", ""), _FS)
    ),
    "portworxVolume": Source("PortworxVolume (a Portworx Volume resource)", (("VolumeID:", "volumeID", ""),)),
    "scaleIO": Source(_SCALE_IO, (*_SCALE_IO_FIELDS, _FS, _READ_ONLY)),
    "cephfs": _CEPH_FS,
    "storageos": Source(
        "StorageOS (a StorageOS Persistent Disk resource)",
        (("VolumeName:", "volumeName", ""), ("VolumeNamespace:", "volumeNamespace", ""), _FS, _READ_ONLY),
    ),
    "fc": Source("FC (a Fibre Channel disk)", (("TargetWWNs:", "targetWWNs", ""), ("LUN:", "lun", NONE), _FS, _READ_ONLY)),
    "azureFile": Source(_AZURE_FILE, (("SecretName:", "secretName", ""), ("ShareName:", "shareName", ""), _READ_ONLY)),
    "flexVolume": Source(
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        (("Driver:", "driver", ""), _FS, _SECRET, _READ_ONLY, ("Options:", "options", {})),
    ),
    "flocker": Source(
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        (("DatasetName:", "datasetName", ""), ("DatasetUUID:", "datasetUUID", "")),
    ),
    "csi": Source(_CSI, (("Driver:", "driver", ""), _FS, _READ_ONLY)),
    "image": Source(
        "Image (a container image or OCI artifact)", (("Reference:", "reference", ""), ("PullPolicy:", "pullPolicy", ""))
    ),
}
"""The sources of a pod's volumes, by field name."""

PERSISTENT_SOURCES: Mapping[str, Source] = {
    **{
        kind: source
        for kind, source in SOURCES.items()
        if kind not in ("emptyDir", "gitRepo", "secret", "configMap", "persistentVolumeClaim", "image")
    },
    "local": Source("LocalVolume (a persistent volume backed by local storage on a node)", (("Path:", "path", ""),)),
    "glusterfs": Source(
        _GLUSTER,
        (
            *(("EndpointsName:", "endpoints", ""), ("EndpointsNamespace:", "endpointsNamespace", "<unset>")),
            *(("Path:", "path", ""), _READ_ONLY),
        ),
    ),
    "scaleIO": Source(
        _SCALE_IO,
        (
            *_SCALE_IO_FIELDS,
            *(("SecretName:", "secretRef.name", ""), ("SecretNamespace:", "secretRef.namespace", ""), _FS, _READ_ONLY),
        ),
    ),
    "azureFile": Source(
        _AZURE_FILE,
        (
            *(("SecretName:", "secretName", ""), ("SecretNamespace:", "secretNamespace", "")),
            *(("ShareName:", "shareName", ""), _READ_ONLY),
        ),
    ),
    "csi": Source(_CSI, (("Driver:", "driver", ""), _FS, ("VolumeHandle:", "volumeHandle", ""), _READ_ONLY)),
}
"""The sources of persistent volumes, by field name."""


def write_source(source: Source, volume: Object, writer: Writer, *, persistent: bool = False) -> None:
    """Write what a volume comes from. Secrets of `persistent` volumes are named with their namespaces."""
    writer.field(2, "Type", source.kind)
    for title, path, default in source.fields:
        value = get_nested(volume, *path.split("."))
        writer.write(2, f"{title}\t{_format(path, default if value is None else value, persistent=persistent)}\n")


def _format(path: str, value: Any, *, persistent: bool) -> str:
    if path == "secretRef" and isinstance(value, dict):
        return _format_reference(value, persistent=persistent)
    if path == "sizeLimit" and value != "<unset>":
        return canonical(value) if parse_quantity(value).nanos > 0 else "<unset>"
    if path == "targetWWNs":
        return ", ".join(value)
    return format_go_value(value)


def _format_reference(reference: Object, *, persistent: bool) -> str:
    name, namespace = reference.get("name", ""), reference.get("namespace", "")
    return f"&SecretReference{{Name:{name},Namespace:{namespace},}}" if persistent else f"&LocalObjectReference{{Name:{name},}}"


def write_attributes(attributes: Mapping[str, str] | None, writer: Writer) -> None:
    """Write the attributes that a CSI driver is given."""
    writer.write(2, "VolumeAttributes:\t")
    if not attributes:
        writer.line(NONE)
    for index, key in enumerate(sorted(attributes or ())):
        if index:
            writer.write(2, "")
            writer.write(2, "\t")
        line = f"{key}={(attributes or {})[key]}"
        shown = line if len(line) <= LONGEST_ANNOTATION else line[:LONGEST_ANNOTATION] + "..."
        writer.write(2, f"{shown}\n")
