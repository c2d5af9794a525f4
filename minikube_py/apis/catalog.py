"""Every built-in kind by every name people give it. Kinds load on first use: listing pods never imports deployments.

A new kind is one file and one line here: module, group/version, kind, then the names it is found by (plural first). A second
version of a kind is a file and a line too; the first line of a kind is its preferred version. A test compares the lines with
the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

from minikube_py.apis.kind import Kind


class Entry(NamedTuple):
    """Where a kind stands and what it is called."""

    module: str
    group: str
    version: str
    kind: str
    names: tuple[str, ...]  # plural, singular, short names
    categories: tuple[str, ...]


def _entry(line: str) -> Entry:
    module, group_version, kind, *names = line.split()
    group, _, version = group_version.rpartition("/")
    categories = tuple(n[1:] for n in names if n.startswith("+"))
    return Entry(module, group, version, kind, tuple(n for n in names if not n.startswith("+")), categories)


_LINES = """
core.binding v1 Binding bindings binding
core.componentstatus v1 ComponentStatus componentstatuses componentstatus cs
core.configmap v1 ConfigMap configmaps configmap cm
core.endpoints v1 Endpoints endpoints endpoints ep
core.event v1 Event events event ev
core.limitrange v1 LimitRange limitranges limitrange limits
core.namespace v1 Namespace namespaces namespace ns
core.node v1 Node nodes node no
core.persistentvolume v1 PersistentVolume persistentvolumes persistentvolume pv
core.persistentvolumeclaim v1 PersistentVolumeClaim persistentvolumeclaims persistentvolumeclaim pvc
core.pod v1 Pod pods pod po +all
core.podtemplate v1 PodTemplate podtemplates podtemplate
core.replicationcontroller v1 ReplicationController replicationcontrollers replicationcontroller rc +all
core.resourcequota v1 ResourceQuota resourcequotas resourcequota quota
core.secret v1 Secret secrets secret
core.serviceaccount v1 ServiceAccount serviceaccounts serviceaccount sa
core.service v1 Service services service svc +all
admissionregistration.mutatingwebhook admissionregistration.k8s.io/v1 MutatingWebhookConfiguration mutatingwebhookconfigurations \
  mutatingwebhookconfiguration +api-extensions
admissionregistration.policy admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy validatingadmissionpolicies \
  validatingadmissionpolicy +api-extensions
admissionregistration.policy_binding admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding \
  validatingadmissionpolicybindings validatingadmissionpolicybinding +api-extensions
admissionregistration.validatingwebhook admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration \
  validatingwebhookconfigurations validatingwebhookconfiguration +api-extensions
apiextensions.crd apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions customresourcedefinition crd crds +api-extensions
apiregistration.apiservice apiregistration.k8s.io/v1 APIService apiservices apiservice +api-extensions
apps.controllerrevision apps/v1 ControllerRevision controllerrevisions controllerrevision
apps.daemonset apps/v1 DaemonSet daemonsets daemonset ds +all
apps.deployment apps/v1 Deployment deployments deployment deploy +all
apps.replicaset apps/v1 ReplicaSet replicasets replicaset rs +all
authentication.selfsubjectreview authentication.k8s.io/v1 SelfSubjectReview selfsubjectreviews selfsubjectreview
authentication.tokenreview authentication.k8s.io/v1 TokenReview tokenreviews tokenreview
authorization.localsubjectaccessreview authorization.k8s.io/v1 LocalSubjectAccessReview localsubjectaccessreviews localsubjectaccessreview
authorization.selfsubjectaccessreview authorization.k8s.io/v1 SelfSubjectAccessReview selfsubjectaccessreviews selfsubjectaccessreview
authorization.selfsubjectrulesreview authorization.k8s.io/v1 SelfSubjectRulesReview selfsubjectrulesreviews selfsubjectrulesreview
authorization.subjectaccessreview authorization.k8s.io/v1 SubjectAccessReview subjectaccessreviews subjectaccessreview
apps.statefulset apps/v1 StatefulSet statefulsets statefulset sts +all
autoscaling.horizontalpodautoscaler autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers horizontalpodautoscaler hpa +all
autoscaling.horizontalpodautoscaler_v1 autoscaling/v1 HorizontalPodAutoscaler horizontalpodautoscalers horizontalpodautoscaler hpa +all
batch.cronjob batch/v1 CronJob cronjobs cronjob cj +all
batch.job batch/v1 Job jobs job +all
certificates.certificatesigningrequest certificates.k8s.io/v1 CertificateSigningRequest certificatesigningrequests certificatesigningrequest csr
coordination.lease coordination.k8s.io/v1 Lease leases lease
discovery.endpointslice discovery.k8s.io/v1 EndpointSlice endpointslices endpointslice
networking.ingressclass networking.k8s.io/v1 IngressClass ingressclasses ingressclass
networking.ingress networking.k8s.io/v1 Ingress ingresses ingress ing
networking.ipaddress networking.k8s.io/v1 IPAddress ipaddresses ipaddress ip
networking.networkpolicy networking.k8s.io/v1 NetworkPolicy networkpolicies networkpolicy netpol
networking.servicecidr networking.k8s.io/v1 ServiceCIDR servicecidrs servicecidr
node.runtimeclass node.k8s.io/v1 RuntimeClass runtimeclasses runtimeclass
events.event events.k8s.io/v1 Event events event ev
flowcontrol.flowschema flowcontrol.apiserver.k8s.io/v1 FlowSchema flowschemas flowschema
flowcontrol.prioritylevel flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration prioritylevelconfigurations prioritylevelconfiguration
rbac.clusterrole rbac.authorization.k8s.io/v1 ClusterRole clusterroles clusterrole
rbac.clusterrolebinding rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings clusterrolebinding
rbac.role rbac.authorization.k8s.io/v1 Role roles role
rbac.rolebinding rbac.authorization.k8s.io/v1 RoleBinding rolebindings rolebinding
policy.poddisruptionbudget policy/v1 PodDisruptionBudget poddisruptionbudgets poddisruptionbudget pdb
metrics.nodemetrics metrics.k8s.io/v1beta1 NodeMetrics nodes node
metrics.podmetrics metrics.k8s.io/v1beta1 PodMetrics pods pod
scheduling.priorityclass scheduling.k8s.io/v1 PriorityClass priorityclasses priorityclass pc
storage.csidriver storage.k8s.io/v1 CSIDriver csidrivers csidriver
storage.csinode storage.k8s.io/v1 CSINode csinodes csinode
storage.csistoragecapacity storage.k8s.io/v1 CSIStorageCapacity csistoragecapacities csistoragecapacity
storage.storageclass storage.k8s.io/v1 StorageClass storageclasses storageclass sc
storage.volumeattachment storage.k8s.io/v1 VolumeAttachment volumeattachments volumeattachment
"""

ENTRIES: tuple[Entry, ...] = tuple(_entry(line) for line in _LINES.strip().splitlines())


@cache
def load_kind(entry: Entry) -> Kind:
    """Return the KIND of a kind file."""
    kind: Kind = import_module(f"minikube_py.apis.{entry.module}").KIND
    return kind


def find_by_resource(group: str, plural: str, version: str = "") -> Kind | None:
    """Return the kind served as `plural` in `group`, in that version or the preferred one."""
    for entry in ENTRIES:
        if entry.names[0] == plural and entry.group == group and version in ("", entry.version):
            return load_kind(entry)
    return None


def find_by_kind(group: str, kind: str, version: str = "") -> Kind | None:
    """Return the kind called `kind` in `group`, in that version or the preferred one."""
    for entry in ENTRIES:
        if entry.kind == kind and entry.group == group and version in ("", entry.version):
            return load_kind(entry)
    return None


def find_stored(kind: Kind) -> Kind:
    """Return the kind in whose version the objects of `kind` are kept: itself, as a rule."""
    if kind.stored_as is None:
        return kind
    group, version = kind.stored_as
    stored = find_by_resource(group, kind.plural, version)
    if stored is None:
        raise LookupError(f"{kind.api_version} {kind.kind} is stored as a version that is not there")
    return stored


def list_kinds() -> Iterator[Kind]:
    """Load and return all kinds in all their versions, in the order of the table."""
    return map(load_kind, ENTRIES)


def list_preferred() -> Iterator[Entry]:
    """Yield the preferred version of each kind, in the order of the table."""
    seen = set()
    for entry in ENTRIES:
        if (entry.group, entry.names[0]) not in seen:
            seen.add((entry.group, entry.names[0]))
            yield entry
