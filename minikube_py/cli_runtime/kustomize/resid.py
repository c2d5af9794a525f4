"""Ids of resources: group, version, kind, name and namespace, and which types are outside of namespaces.

What is known of types is what kustomize's built-in schema (Kubernetes 1.21) knows: others are taken to be in a namespace.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]

NOT_A_NAMESPACE = "_non_namespaceable_"
_CLUSTER_SCOPED = {
    "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1beta1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "apiextensions.k8s.io/v1beta1": "CustomResourceDefinition",
    "apiregistration.k8s.io/v1": "APIService",
    "apiregistration.k8s.io/v1beta1": "APIService",
    "certificates.k8s.io/v1": "CertificateSigningRequest",
    "certificates.k8s.io/v1beta1": "CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io/v1beta1": "FlowSchema PriorityLevelConfiguration",
    "networking.k8s.io/v1": "IngressClass",
    "networking.k8s.io/v1beta1": "IngressClass",
    "node.k8s.io/v1": "RuntimeClass",
    "node.k8s.io/v1beta1": "RuntimeClass",
    "policy/v1beta1": "PodSecurityPolicy",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding",
    "rbac.authorization.k8s.io/v1beta1": "ClusterRole ClusterRoleBinding",
    "scheduling.k8s.io/v1": "PriorityClass",
    "scheduling.k8s.io/v1beta1": "PriorityClass",
    "storage.k8s.io/v1": "CSIDriver CSINode StorageClass VolumeAttachment",
    "storage.k8s.io/v1beta1": "CSIDriver CSINode StorageClass VolumeAttachment",
    "v1": "ComponentStatus Namespace Node NodeProxyOptions PersistentVolume",
}


class Gvk(NamedTuple):
    """A type; an empty part of a selector stands for any."""

    group: str = ""
    version: str = ""
    kind: str = ""

    def __str__(self) -> str:
        """Return `Deployment.v1.apps`."""
        return f"{self.kind or '[noKind]'}.{self.version or '[noVer]'}.{self.group or '[noGrp]'}"

    @property
    def api_version(self) -> str:
        """Return `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def is_cluster_scoped(self) -> bool:
        """Return whether objects of the type are known to be outside of namespaces."""
        return self.kind in _CLUSTER_SCOPED.get(self.api_version, "").split()

    def is_selected(self, selector: Gvk) -> bool:
        """Return whether the parts that `selector` gives are the same."""
        return all(not wanted or wanted == have for wanted, have in zip(selector, self, strict=True))


class ResId(NamedTuple):
    """A resource's identity. `cluster_scoped` is only known of current ids, earlier ones keep a namespace that says it."""

    gvk: Gvk
    name: str = ""
    namespace: str = ""
    cluster_scoped: bool = False

    def __str__(self) -> str:
        """Return `Deployment.v1.apps/web.[noNs]`."""
        return f"{self.gvk}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"

    @property
    def effective_namespace(self) -> str:
        """The namespace, default where none is given."""
        return NOT_A_NAMESPACE if self.cluster_scoped else self.namespace or "default"

    def equals(self, other: ResId) -> bool:
        """Return whether both are of the same type, name and effective namespace."""
        return self[:2] == other[:2] and self.effective_namespace == other.effective_namespace

    def is_selected_by(self, selector: ResId) -> bool:
        """Return whether the parts that `selector` gives are the same."""
        if selector.name and selector.name != self.name:
            return False
        if selector.namespace and selector.effective_namespace != self.effective_namespace:
            return False
        return self.gvk.is_selected(selector.gvk)

    def to_go(self) -> str:
        """Return the id as Go's %#v prints it."""
        group, version, kind = self.gvk
        scoped = "true" if self.cluster_scoped else "false"
        gvk = f'resid.Gvk{{Group:"{group}", Version:"{version}", Kind:"{kind}", isClusterScoped:{scoped}}}'
        return f'resid.ResId{{Gvk:{gvk}, Name:"{self.name}", Namespace:"{self.namespace}"}}'


def parse_api_version(text: str) -> tuple[str, str]:
    """Return group and version of `apps/v1` or `v1`."""
    group, slash, version = text.partition("/")
    return (group, version) if slash else ("", group)


def gvk_of(obj: Object) -> Gvk:
    """Return the type that an object says it is of."""
    from minikube_py.cli_runtime.kustomize.scalars import text_of

    api_version = obj.get("apiVersion")
    return Gvk(*parse_api_version(text_of(api_version) if api_version else ""), text_of(obj.get("kind") or ""))
