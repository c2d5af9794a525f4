"""Kustomize's own field specs of each transformer."""

from __future__ import annotations

from collections.abc import Iterable

from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec
from minikube_py.cli_runtime.kustomize.resid import Gvk

_CONTROLLER = Gvk("", "v1", "ReplicationController")
_APPS = Gvk("apps", "", "StatefulSet")
_JOB, _CRON_JOB = Gvk("batch", "", "Job"), Gvk("batch", "", "CronJob")
_PLAIN = tuple(Gvk(kind=kind) for kind in ("Deployment", "ReplicaSet", "DaemonSet"))
_TERMS = ("podAffinity", "podAntiAffinity")
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"


def default_specs() -> dict[str, list[FieldSpec]]:
    """Return the field specs by the transformer's section."""
    names = [FieldSpec(Gvk(), "metadata/name")]
    containers = ("containers[]/image", "initContainers[]/image")
    return {
        "namePrefix": names,
        "nameSuffix": list(names),
        "namespace": _namespaces(),
        "commonLabels": _selectors() + _metadata_labels(),
        "labels": [],
        "templateLabels": _metadata_labels(),
        "commonAnnotations": _annotations(),
        "varReference": _variables(),
        "images": [FieldSpec(Gvk(), p + c, True) for p in ("spec/", "spec/template/spec/") for c in containers],
        "replicas": [
            FieldSpec(Gvk(kind=kind), "spec/replicas", True)
            for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
        ],
    }


def _namespaces() -> list[FieldSpec]:
    webhook = "spec/conversion/webhook/clientConfig/service/namespace"
    return [
        FieldSpec(Gvk(kind="Namespace"), "metadata/name", True),
        FieldSpec(Gvk("apiregistration.k8s.io", "", "APIService"), "spec/service/namespace", True),
        FieldSpec(Gvk("apiextensions.k8s.io", "", "CustomResourceDefinition"), webhook),
    ]


def _selectors() -> list[FieldSpec]:
    made = [(Gvk("", "v1", "Service"), "spec/selector"), (_CONTROLLER, "spec/selector")]
    made += [(gvk, "spec/selector/matchLabels") for gvk in (*_PLAIN, _APPS)]
    pod = "spec/template/spec/"
    in_pods = [f"{pod}affinity/{term}/{rule}" for term in _TERMS for rule in (_PREFERRED, _REQUIRED)]
    in_pods.append(f"{pod}topologySpreadConstraints/labelSelector/matchLabels")
    found = [(gvk, path) for gvk in (Gvk("apps", "", "Deployment"), _APPS) for path in in_pods]
    found += [
        (_JOB, "spec/selector/matchLabels"),
        (_CRON_JOB, "spec/jobTemplate/spec/selector/matchLabels"),
        (Gvk("policy", "", "PodDisruptionBudget"), "spec/selector/matchLabels"),
    ]
    policy = Gvk("networking.k8s.io", "", "NetworkPolicy")
    found += [(policy, f"spec/{where}podSelector/matchLabels") for where in ("", "ingress/from/", "egress/to/")]
    return [*_made(made), *(FieldSpec(gvk, path) for gvk, path in found)]


def _metadata_labels() -> list[FieldSpec]:
    return _made(
        [
            (Gvk(), "metadata/labels"),
            *((gvk, "spec/template/metadata/labels") for gvk in (_CONTROLLER, *_PLAIN, _APPS)),
            (_APPS, "spec/volumeClaimTemplates[]/metadata/labels"),
            (_JOB, "spec/template/metadata/labels"),
            (_CRON_JOB, "spec/jobTemplate/metadata/labels"),
            (_CRON_JOB, "spec/jobTemplate/spec/template/metadata/labels"),
        ]
    )


def _annotations() -> list[FieldSpec]:
    templates = (_CONTROLLER, *_PLAIN, Gvk(kind="StatefulSet"), _JOB)
    return _made(
        [
            (Gvk(), "metadata/annotations"),
            *((gvk, "spec/template/metadata/annotations") for gvk in templates),
            (_CRON_JOB, "spec/jobTemplate/metadata/annotations"),
            (_CRON_JOB, "spec/jobTemplate/spec/template/metadata/annotations"),
        ]
    )


def _made(places: Iterable[tuple[Gvk, str]]) -> list[FieldSpec]:
    return [FieldSpec(gvk, path, True) for gvk, path in places]


def _variables() -> list[FieldSpec]:
    pods = {"Pod": "spec/", "CronJob": "spec/jobTemplate/spec/template/spec/"}
    pods |= dict.fromkeys(("DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"), "spec/template/spec/")
    fields = ("args", "command", "env/value", "volumeMounts/mountPath")
    places = [
        (kind, f"{prefix}{containers}/{field}")
        for kind, prefix in pods.items()
        for containers in ("containers", "initContainers")
        for field in fields
    ]
    servers = {kind: f"{prefix}volumes/nfs/server" for kind, prefix in pods.items()}
    servers["CronJob"] = "spec/jobTemplate/spec/template/volumes/nfs/server"
    servers["StatefulSet"] = "spec/volumeClaimTemplates/spec/nfs/server"
    places += [*servers.items(), ("PersistentVolume", "spec/nfs/server"), ("Deployment", "spec/template/metadata/annotations")]
    places += [("Ingress", path) for path in ("spec/rules/host", "spec/tls/hosts", "spec/tls/secretName")]
    places += [("Service", path) for path in ("spec/ports/port", "spec/ports/targetPort")]
    places += [("", "metadata/labels"), ("", "metadata/annotations")]
    return [FieldSpec(Gvk(kind=kind), path) for kind, path in places]
