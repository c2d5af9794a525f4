"""What is warned of in pods and templates: one row a rule of pkg/api/pod/warnings.go."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod import KIND
from minikube_py.apis.core.pod_warnings import warn_about_template
from tests.apis.manifests import create, make_pod

Object = dict[str, Any]
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
OLD = "beta.kubernetes.io/os"
NODES = f"spec.affinity.nodeAffinity.{PREFERRED}[0].preference.matchExpressions[0]"
NO_POD = "a null labelSelector results in matching no pod"


def listen(*ports: Object) -> Object:
    return {"containers": [{"name": "c", "image": "x", "ports": list(ports)}]}


CASES: dict[str, tuple[Object, list[str]]] = {
    "old node label": (
        {"nodeSelector": {OLD: "linux"}},
        [f'spec.nodeSelector[{OLD}]: deprecated since v1.14; use "kubernetes.io/os" instead'],
    ),
    "preferred node label": (
        {
            "affinity": {
                "nodeAffinity": {
                    PREFERRED: [
                        {"weight": 1, "preference": {"matchExpressions": [{"key": OLD, "operator": "In", "values": ["-"]}]}}
                    ]
                }
            }
        },
        [
            f'{NODES}.key: {OLD} is deprecated since v1.14; use "kubernetes.io/os" instead',
            f"{NODES}.values[0]: - is invalid, a valid label must be an empty string or consist of alphanumeric characters, "
            "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
            "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
        ],
    ),
    "affinity to nothing": (
        {"affinity": {"podAntiAffinity": {PREFERRED: [{"weight": 1, "podAffinityTerm": {"topologyKey": "z"}}]}}},
        [f"spec.affinity.podAntiAffinity.{PREFERRED}[0].podAffinityTerm.labelSelector: {NO_POD}"],
    ),
    "old volumes": (
        {"volumes": [{"name": "a", "gitRepo": {"repository": "x"}}, {"name": "b", "storageos": {"volumeName": "x"}}]},
        [
            "spec.volumes[0].gitRepo: deprecated in v1.11",
            "spec.volumes[1].storageOS: deprecated in v1.22, non-functional in v1.25+",
        ],
    ),
    "pull secrets": (
        {"imagePullSecrets": [{"name": "a"}, {"name": "a"}, {}]},
        [
            'spec.imagePullSecrets[1].name: duplicate name "a"',
            'spec.imagePullSecrets[2].name: invalid empty name ""',
        ],
    ),
    "host aliases": (
        {"hostAliases": [{"ip": "1.2.3.4"}, {"ip": "1.2.3.4"}, {"ip": "01.2.3.4"}]},
        [
            'spec.hostAliases[1].ip: duplicate ip "1.2.3.4"',
            'spec.hostAliases[2].ip: non-standard IP address "01.2.3.4" will be considered invalid '
            'in a future Kubernetes release: use "1.2.3.4"',
        ],
    ),
    "same port twice": (
        listen({"containerPort": 80}, {"containerPort": 80}),
        ["spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"],
    ),
    "port of the host and none": (
        listen({"containerPort": 80, "hostPort": 80}, {"containerPort": 80}),
        ["spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]"],
    ),
    "port of one address and of all": (
        listen({"containerPort": 80, "hostPort": 80}, {"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"}),
        ["spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]"],
    ),
    "address without a port": (
        listen({"containerPort": 80, "hostIP": "10.0.0.1"}),
        [
            "spec.containers[0].ports[0]: hostIP set without hostPort: "
            "{Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}"
        ],
    ),
    "fractional overhead": (
        {"overhead": {"memory": "1500m"}},
        ['spec.overhead[memory]: fractional byte value "1500m" is invalid, must be an integer'],
    ),
}


@pytest.mark.parametrize(("spec", "expected"), CASES.values(), ids=CASES)
def test_warnings(spec: Object, expected: list[str]) -> None:
    assert KIND.warnings(create(KIND, make_pod(**spec))) == expected


ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "seccomp.security.alpha.kubernetes.io/pod": 'non-functional in v1.27+; use the "seccompProfile" field instead',
    "container.seccomp.security.alpha.kubernetes.io/c": 'non-functional in v1.27+; use the "seccompProfile" field instead',
    "container.apparmor.security.beta.kubernetes.io/c": 'deprecated since v1.30; use the "appArmorProfile" field instead',
}


@pytest.mark.parametrize(("key", "message"), ANNOTATIONS.items(), ids=ANNOTATIONS)
def test_annotations_of_templates(key: str, message: str) -> None:
    template = {"metadata": {"annotations": {key: "unconfined"}}, "spec": make_pod()["spec"]}
    assert warn_about_template(template) == [f"spec.template.metadata.annotations[{key}]: {message}"]
