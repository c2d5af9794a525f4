"""Which fields of which kinds hold the names of which other kinds: kustomize's own table of name references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec
from minikube_py.cli_runtime.kustomize.resid import Gvk

_WORKLOAD = "spec/template/spec/"
_CRON = "spec/jobTemplate/spec/template/spec/"
_WITH_CONFIG = {
    "Pod": "spec/",
    "PodTemplate": "template/spec/",
    **dict.fromkeys(("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job"), _WORKLOAD),
    "CronJob": _CRON,
}
_WITH_ACCOUNT = {
    "Pod": "spec/",
    **dict.fromkeys(("StatefulSet", "Deployment", "ReplicationController"), _WORKLOAD),
    "CronJob": _CRON,
    **dict.fromkeys(("Job", "DaemonSet"), _WORKLOAD),
}
_CONFIG_MAPS = (
    "volumes/configMap/name",
    "containers/env/valueFrom/configMapKeyRef/name",
    "initContainers/env/valueFrom/configMapKeyRef/name",
    "containers/envFrom/configMapRef/name",
    "initContainers/envFrom/configMapRef/name",
    "volumes/projected/sources/configMap/name",
)
_SECRETS = (
    "volumes/secret/secretName",
    "containers/env/valueFrom/secretKeyRef/name",
    "initContainers/env/valueFrom/secretKeyRef/name",
    "containers/envFrom/secretRef/name",
    "initContainers/envFrom/secretRef/name",
    "imagePullSecrets/name",
    "volumes/projected/sources/secret/name",
)
_RBAC, _ADMISSION = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"
_ROLES = (("Role", "rules/resourceNames"), ("ClusterRole", "rules/resourceNames"))
_NGINX = "metadata/annotations/nginx.ingress.kubernetes.io\\/"


def default_references() -> list[tuple[Gvk, list[FieldSpec]]]:
    """Return for each kind that is referred to the fields that may hold its names."""
    return [(target, list(specs)) for target, specs in _references()]


def _references() -> Iterator[tuple[Gvk, Iterable[FieldSpec]]]:
    scaled = _specs([("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")])
    for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"):
        yield Gvk(kind=kind), scaled
    yield Gvk("", "v1", "ConfigMap"), _config_maps()
    yield Gvk("", "v1", "Secret"), _secrets()
    yield Gvk("", "v1", "Service"), _services()
    bindings = _specs([("RoleBinding", "roleRef/name"), ("ClusterRoleBinding", "roleRef/name")], _RBAC)
    yield Gvk(_RBAC, "", "Role"), bindings[:1]
    yield Gvk(_RBAC, "", "ClusterRole"), bindings
    accounts = _specs([("RoleBinding", "subjects"), ("ClusterRoleBinding", "subjects")], _RBAC)
    yield Gvk("", "v1", "ServiceAccount"), accounts + _in_pods(_WITH_ACCOUNT, ("serviceAccountName",))
    yield Gvk("", "v1", "PersistentVolumeClaim"), _in_pods(_WITH_ACCOUNT, ("volumes/persistentVolumeClaim/claimName",))
    volumes = _specs([("PersistentVolumeClaim", "spec/volumeName"), ("ClusterRole", "rules/resourceNames")])
    yield Gvk("", "v1", "PersistentVolume"), volumes
    yield Gvk("storage.k8s.io", "v1", "StorageClass"), _storage_classes()
    yield Gvk("scheduling.k8s.io", "v1", "PriorityClass"), _in_pods(_WITH_ACCOUNT, ("priorityClassName",))
    # this group is upstream's own slip: no type is of it, so names of ingress classes stay as they are
    yield Gvk("networking.k8s.io/v1", "v1", "IngressClass"), _specs([("Ingress", "spec/ingressClassName")])
    policies = _specs([("ValidatingAdmissionPolicyBinding", "spec/policyName")], _ADMISSION)
    yield Gvk(_ADMISSION, "", "ValidatingAdmissionPolicy"), policies


def _config_maps() -> list[FieldSpec]:
    others = [("Node", "spec/configSource/configMap"), *_ROLES, ("Ingress", f"{_NGINX}fastcgi-params-configmap")]
    return _in_pods(_WITH_CONFIG, _CONFIG_MAPS) + _specs(others)


def _secrets() -> list[FieldSpec]:
    others = [
        ("Ingress", "spec/tls/secretName"),
        ("Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"),
        ("Ingress", f"{_NGINX}auth-secret"),
        ("Ingress", f"{_NGINX}auth-tls-secret"),
        ("ServiceAccount", "imagePullSecrets/name"),
        *(("StorageClass", f"parameters/{name}") for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")),
        *_ROLES,
        ("PersistentVolume", "spec/azureFile/secretName"),
    ]
    knative = FieldSpec(Gvk("serving.knative.dev", "v1", "Service"), _WORKLOAD + _SECRETS[1])
    return [*_in_pods(_WITH_CONFIG, _SECRETS), *_specs(others), knative]


def _services() -> list[FieldSpec]:
    ingresses = (
        "spec/rules/http/paths/backend/serviceName",
        "spec/backend/serviceName",
        "spec/rules/http/paths/backend/service/name",
        "spec/defaultBackend/service/name",
    )
    hooks = [(f"{kind}WebhookConfiguration", "webhooks/clientConfig/service") for kind in ("Validating", "Mutating")]
    return [
        *_specs([("StatefulSet", "spec/serviceName")], "apps"),
        *_specs([("Ingress", path) for path in ingresses]),
        *_specs([("APIService", "spec/service/name")], "apiregistration.k8s.io"),
        *_specs(hooks, _ADMISSION),
    ]


def _storage_classes() -> list[FieldSpec]:
    kinds = ("PersistentVolume", "PersistentVolumeClaim")
    sets = ("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName")
    return _specs([*((kind, "spec/storageClassName") for kind in kinds), sets])


def _specs(places: Iterable[tuple[str, str]], group: str = "") -> list[FieldSpec]:
    return [FieldSpec(Gvk(group, "", kind), path) for kind, path in places]


def _in_pods(kinds: dict[str, str], paths: Iterable[str]) -> list[FieldSpec]:
    """Return paths of a pod's spec for each kind that has one; `kinds` tells where."""
    return _specs((kind, prefix + path) for kind, prefix in kinds.items() for path in paths)
