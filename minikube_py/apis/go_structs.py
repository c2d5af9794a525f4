"""Whole structs of Kubernetes' internal API as Go's `%#v` prints them: every field in Go's order, with zero values where unset.

A line of TYPES names a struct and its fields as `Name:type`, or `Name=key:type` where the JSON key is not the name with a
small first letter. Behind a pointer Go prints an address, so a struct that only pointers lead to needs no line.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from minikube_py.apimachinery.errors import format_value
from minikube_py.apis.go_literals import show_int_or_string, show_pointer, show_quantity

TYPES = """
v1.ObjectMeta Name:string GenerateName:string Namespace:string SelfLink:string UID=uid:string ResourceVersion:string Generation:int
  CreationTimestamp:time DeletionTimestamp:*time DeletionGracePeriodSeconds:*int64 Labels:map Annotations:map
  OwnerReferences:[]v1.OwnerReference Finalizers:[]string ManagedFields:[]v1.ManagedFieldsEntry
v1.OwnerReference APIVersion=apiVersion:string Kind:string Name:string UID=uid:string Controller:*bool BlockOwnerDeletion:*bool
core.PodTemplateSpec ObjectMeta=metadata:v1.ObjectMeta Spec:core.PodSpec
core.PodSpec Volumes:[]core.Volume InitContainers:[]core.Container Containers:[]core.Container
  EphemeralContainers:[]core.EphemeralContainer RestartPolicy:string TerminationGracePeriodSeconds:*int64
  ActiveDeadlineSeconds:*int64 DNSPolicy=dnsPolicy:string NodeSelector:map ServiceAccountName:string
  AutomountServiceAccountToken:*bool NodeName:string SecurityContext:*core.PodSecurityContext
  ImagePullSecrets:[]core.LocalObjectReference Hostname:string Subdomain:string SetHostnameAsFQDN:*bool Affinity:*core.Affinity
  SchedulerName:string Tolerations:[]core.Toleration HostAliases:[]core.HostAlias PriorityClassName:string Priority:*int32
  PreemptionPolicy:*core.PreemptionPolicy DNSConfig=dnsConfig:*core.PodDNSConfig ReadinessGates:[]core.PodReadinessGate
  RuntimeClassName:*string Overhead:core.ResourceList EnableServiceLinks:*bool
  TopologySpreadConstraints:[]core.TopologySpreadConstraint OS=os:*core.PodOS SchedulingGates:[]core.PodSchedulingGate
  ResourceClaims:[]core.PodResourceClaim Resources:*core.ResourceRequirements
core.Volume Name:string VolumeSource=.:core.VolumeSource
core.VolumeSource HostPath:*core.HostPathVolumeSource EmptyDir:*core.EmptyDirVolumeSource
  GCEPersistentDisk=gcePersistentDisk:*core.GCEPersistentDiskVolumeSource
  AWSElasticBlockStore=awsElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource GitRepo:*core.GitRepoVolumeSource
  Secret:*core.SecretVolumeSource NFS=nfs:*core.NFSVolumeSource ISCSI=iscsi:*core.ISCSIVolumeSource
  Glusterfs:*core.GlusterfsVolumeSource PersistentVolumeClaim:*core.PersistentVolumeClaimVolumeSource RBD=rbd:*core.RBDVolumeSource
  Quobyte:*core.QuobyteVolumeSource FlexVolume:*core.FlexVolumeSource Cinder:*core.CinderVolumeSource
  CephFS=cephfs:*core.CephFSVolumeSource Flocker:*core.FlockerVolumeSource DownwardAPI=downwardAPI:*core.DownwardAPIVolumeSource
  FC=fc:*core.FCVolumeSource AzureFile:*core.AzureFileVolumeSource ConfigMap:*core.ConfigMapVolumeSource
  VsphereVolume:*core.VsphereVirtualDiskVolumeSource AzureDisk:*core.AzureDiskVolumeSource
  PhotonPersistentDisk:*core.PhotonPersistentDiskVolumeSource Projected:*core.ProjectedVolumeSource
  PortworxVolume:*core.PortworxVolumeSource ScaleIO=scaleIO:*core.ScaleIOVolumeSource StorageOS=storageos:*core.StorageOSVolumeSource
  CSI=csi:*core.CSIVolumeSource Ephemeral:*core.EphemeralVolumeSource Image:*core.ImageVolumeSource
core.Container Name:string Image:string Command:[]string Args:[]string WorkingDir:string Ports:[]core.ContainerPort
  EnvFrom:[]core.EnvFromSource Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy
  RestartPolicy:*core.ContainerRestartPolicy VolumeMounts:[]core.VolumeMount VolumeDevices:[]core.VolumeDevice
  LivenessProbe:*core.Probe ReadinessProbe:*core.Probe StartupProbe:*core.Probe Lifecycle:*core.Lifecycle
  TerminationMessagePath:string TerminationMessagePolicy:string ImagePullPolicy:string SecurityContext:*core.SecurityContext
  Stdin:bool StdinOnce:bool TTY=tty:bool
core.EphemeralContainer EphemeralContainerCommon=.:core.EphemeralContainerCommon TargetContainerName:string
core.EphemeralContainerCommon Name:string Image:string Command:[]string Args:[]string WorkingDir:string Ports:[]core.ContainerPort
  EnvFrom:[]core.EnvFromSource Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy
  RestartPolicy:*core.ContainerRestartPolicy VolumeMounts:[]core.VolumeMount VolumeDevices:[]core.VolumeDevice
  LivenessProbe:*core.Probe ReadinessProbe:*core.Probe StartupProbe:*core.Probe Lifecycle:*core.Lifecycle
  TerminationMessagePath:string TerminationMessagePolicy:string ImagePullPolicy:string SecurityContext:*core.SecurityContext
  Stdin:bool StdinOnce:bool TTY=tty:bool
core.ContainerPort Name:string HostPort:int ContainerPort:int Protocol:string HostIP=hostIP:string
core.EnvFromSource Prefix:string ConfigMapRef:*core.ConfigMapEnvSource SecretRef:*core.SecretEnvSource
core.EnvVar Name:string Value:string ValueFrom:*core.EnvVarSource
core.ResourceRequirements Limits:core.ResourceList Requests:core.ResourceList Claims:[]core.ResourceClaim
core.ResourceClaim Name:string Request:string
core.ContainerResizePolicy ResourceName:string RestartPolicy:string
core.VolumeMount Name:string ReadOnly:bool RecursiveReadOnly:*core.RecursiveReadOnlyMode MountPath:string SubPath:string
  MountPropagation:*core.MountPropagationMode SubPathExpr:string
core.VolumeDevice Name:string DevicePath:string
core.LocalObjectReference Name:string
core.Toleration Key:string Operator:string Value:string Effect:string TolerationSeconds:*int64
core.HostAlias IP=ip:string Hostnames:[]string
core.PodReadinessGate ConditionType:string
core.PodSchedulingGate Name:string
core.PodResourceClaim Name:string ResourceClaimName:*string ResourceClaimTemplateName:*string
core.TopologySpreadConstraint MaxSkew:int TopologyKey:string WhenUnsatisfiable:string LabelSelector:*v1.LabelSelector
  MinDomains:*int32 NodeAffinityPolicy:*core.NodeInclusionPolicy NodeTaintsPolicy:*core.NodeInclusionPolicy MatchLabelKeys:[]string
core.SecurityContext Capabilities:*core.Capabilities Privileged:*bool SELinuxOptions=seLinuxOptions:*core.SELinuxOptions
  WindowsOptions:*core.WindowsSecurityContextOptions RunAsUser:*int64 RunAsGroup:*int64 RunAsNonRoot:*bool
  ReadOnlyRootFilesystem:*bool AllowPrivilegeEscalation:*bool ProcMount:*core.ProcMountType SeccompProfile:*core.SeccompProfile
  AppArmorProfile:*core.AppArmorProfile
core.SeccompProfile Type:string LocalhostProfile:*string
apiextensions.CustomResourceDefinitionVersion Name:string Served:bool Storage:bool Deprecated:bool DeprecationWarning:*string
  Schema:*apiextensions.CustomResourceValidation Subresources:*apiextensions.CustomResourceSubresources
  AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition SelectableFields:[]apiextensions.SelectableField
apiextensions.CustomResourceColumnDefinition Name:string Type:string Format:string Description:string Priority:int
  JSONPath=jsonPath:string
apiextensions.SelectableField JSONPath=jsonPath:string
storage.VolumeAttachmentSpec Attacher:string Source:storage.VolumeAttachmentSource NodeName:string
storage.VolumeAttachmentSource PersistentVolumeName:*string InlineVolumeSpec:*core.PersistentVolumeSpec
core.NodeSelectorTerm MatchExpressions:[]core.NodeSelectorRequirement MatchFields:[]core.NodeSelectorRequirement
core.NodeSelectorRequirement Key:string Operator:string Values:[]string
core.VolumeNodeAffinity Required:*core.NodeSelector
core.PodIP IP=ip:string
core.HostIP IP=ip:string
core.ServicePort Name:string Protocol:string AppProtocol:*string Port:int TargetPort:intstr NodePort:int
core.Taint Key:string Value:string Effect:string TimeAdded:*time
core.NodeAddress Type:string Address:string
core.NodeConfigSource ConfigMap:*core.ConfigMapNodeConfigSource
core.ScopeSelector MatchExpressions:[]core.ScopedResourceSelectorRequirement
core.ScopedResourceSelectorRequirement ScopeName:string Operator:string Values:[]string
"""


class GoField:
    """One field of a struct: its Go name, the JSON key ("." where it is inlined) and its type."""

    __slots__ = ("key", "name", "type")

    def __init__(self, text: str) -> None:
        names, _, self.type = text.partition(":")
        self.name, _, key = names.partition("=")
        self.key = key or self.name[:1].lower() + self.name[1:]


@lru_cache(maxsize=1)
def load_types() -> dict[str, tuple[GoField, ...]]:
    """Return the fields of each struct of TYPES."""
    found: dict[str, list[GoField]] = {}
    for line in TYPES.strip().splitlines():
        words = line.split()
        if line[0] != " ":
            fields = found[words.pop(0)] = []
        fields += map(GoField, words)
    return {name: tuple(fields) for name, fields in found.items()}


def show_go(kind: str, value: Any) -> str:
    """Return a JSON value as Go prints one of the type `kind`; None is an unset one."""
    if kind.startswith("[]"):
        shown = ", ".join(show_go(kind[2:], item) for item in value or ())
        return f"{kind}(nil)" if value is None else f"{kind}{{{shown}}}"
    if kind.startswith("*"):
        return _show_time(value) if kind == "*time" else show_pointer(kind[1:], value)
    if kind in load_types():
        fields = value or {}
        parts = (f"{f.name}:{show_go(f.type, fields if f.key == '.' else fields.get(f.key))}" for f in load_types()[kind])
        return f"{kind}{{{', '.join(parts)}}}"
    return _show_plain(kind, value)


def _show_plain(kind: str, value: Any) -> str:
    if kind == "map":
        return _show_map("map[string]string", value, format_value)
    if kind == "core.ResourceList":
        return _show_map(kind, value, lambda text: show_quantity(text, remembered=False))
    if kind == "intstr":
        return show_int_or_string(value or 0)
    if kind == "time":
        return _show_time(value) if value else "time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)"
    if kind == "bool":
        return "true" if value else "false"
    if kind == "int":
        return str(value or 0)
    return format_value(value or "")


def _show_map(kind: str, value: Mapping[str, Any] | None, show: Any) -> str:
    if value is None:
        return f"{kind}(nil)"
    return f"{kind}{{{', '.join(f'{format_value(key)}:{show(value[key])}' for key in sorted(value))}}}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _show_time(value: str | None) -> str:
    """Return an RFC 3339 time in UTC by time.Time's GoString method."""
    if value is None:
        return "<nil>"
    date, _, clock = value.rstrip("Z").partition("T")
    year, month, day = map(int, date.split("-"))
    hour, minute, second = (int(float(part)) for part in clock.split(":"))
    return f"time.Date({year}, time.{_MONTHS[month - 1]}, {day}, {hour}, {minute}, {second}, 0, time.UTC)"
