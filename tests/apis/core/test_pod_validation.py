"""What the API server says of pods that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod import KIND
from tests.apis.manifests import create, list_errors, make_pod

Object = dict[str, Any]
C = "spec.containers[0]"
GPU = 'resource.Quantity{i:resource.int64Amount{value:500, scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"", Format:"DecimalSI"}'

CONTAINER_CASES: list[tuple[str, Object, list[str]]] = [
    (
        "pull policy",
        {"imagePullPolicy": "Rarely"},
        [f'{C}.imagePullPolicy: Unsupported value: "Rarely": supported values: "Always", "IfNotPresent", "Never"'],
    ),
    ("no image", {"image": ""}, [f"{C}.image: Required value"]),
    (
        "image with a blank",
        {"image": "nginx "},
        [f'{C}.image: Invalid value: "nginx ": must not have leading or trailing whitespace'],
    ),
    ("dotted name", {"name": "a.b"}, [f'{C}.name: Invalid value: "a.b": must not contain dots']),
    (
        "ports",
        {"ports": [{"containerPort": 0}, {"containerPort": 70000}, {"containerPort": 80, "name": "UPPER"}]},
        [
            f"{C}.ports[0].containerPort: Required value",
            f"{C}.ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
            f'{C}.ports[2].name: Invalid value: "UPPER": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
            f'{C}.ports[2].name: Invalid value: "UPPER": must contain at least one letter (a-z)',
        ],
    ),
    (
        "same ports",
        {"ports": [{"containerPort": 80, "hostPort": 8080, "name": "w"}, {"containerPort": 81, "hostPort": 8080, "name": "w"}]},
        [f'{C}.ports[1].name: Duplicate value: "w"', f'{C}.ports[1].hostPort: Duplicate value: "TCP//8080"'],
    ),
    (
        "env",
        {"env": [{"name": ""}, {"name": "X", "value": "a", "valueFrom": {"fieldRef": {"fieldPath": "spec.nothing"}}}]},
        [
            f"{C}.env[0].name: Required value",
            f"{C}.env[1].valueFrom.fieldRef.fieldPath: Invalid value: "
            '"spec.nothing": error converting fieldPath: field label not supported: spec.nothing',
            f'{C}.env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        ],
    ),
    (
        "field that is no variable",
        {"env": [{"name": "X", "valueFrom": {"fieldRef": {"fieldPath": "status.phase"}}}]},
        [
            f'{C}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", '
            '"metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", '
            '"status.podIP", "status.podIPs"'
        ],
    ),
    ("label as variable", {"env": [{"name": "X", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}]}, []),
    (
        "probes",
        {
            "livenessProbe": {"successThreshold": 3, "httpGet": {"port": 80}},
            "readinessProbe": {"httpGet": {"port": 80}, "tcpSocket": {"port": 80}},
            "startupProbe": {"periodSeconds": -1, "exec": {}},
        },
        [
            f"{C}.livenessProbe.successThreshold: Invalid value: 3: must be 1",
            f"{C}.readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
            f"{C}.startupProbe.exec.command: Required value",
            f"{C}.startupProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
        ],
    ),
    ("probe of nothing", {"livenessProbe": {}}, [f"{C}.livenessProbe: Required value: must specify a handler type"]),
    ("mount of nothing", {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}, [f'{C}.volumeMounts[0].name: Not found: "v"']),
    (
        "requests over limits",
        {"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}},
        [f'{C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
    (
        "less than nothing",
        {"resources": {"requests": {"cpu": "-1"}}},
        [f'{C}.resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ),
    (
        "odd resources",
        {"resources": {"requests": {"gpu": "1", "hugepages-2Mi": "4Mi"}}},
        [
            f"{C}.resources.requests[gpu]: Invalid value: gpu: must be a standard resource type or fully qualified",
            f"{C}.resources.requests[gpu]: Invalid value: gpu: must be a standard resource for containers",
            f"{C}.resources.limits: Required value: Limit must be set for non overcommitable resources",
            f"{C}.resources: Forbidden: HugePages require cpu or memory",
        ],
    ),
    (
        "half a device",
        {"resources": {"limits": {"nvidia.com/gpu": "500m"}}},
        [f"{C}.resources.{way}[nvidia.com/gpu]: Invalid value: {GPU}: must be an integer" for way in ("limits", "requests")],
    ),
    ("restart policy", {"restartPolicy": "Always"}, [f"{C}.restartPolicy: Forbidden: may not be set for non-init containers"]),
]


@pytest.mark.parametrize(("container", "errors"), [c[1:] for c in CONTAINER_CASES], ids=[c[0] for c in CONTAINER_CASES])
def test_containers(container: Object, errors: list[str]) -> None:
    assert list_errors(KIND, make_pod(container)) == errors


SPEC_CASES: list[tuple[str, Object, list[str]]] = [
    (
        "restart",
        {"restartPolicy": "Sometimes"},
        ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ),
    (
        "dns",
        {"dnsPolicy": "Nope"},
        [
            'spec.dnsPolicy: Unsupported value: "Nope": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"'
        ],
    ),
    ("negative grace", {"terminationGracePeriodSeconds": -1}, []),
    ("no containers", {"containers": []}, ["spec.containers: Required value"]),
    (
        "same names",
        {"containers": [{"name": "c", "image": "a"}, {"name": "c", "image": "b"}]},
        ['spec.containers[1].name: Duplicate value: "c"'],
    ),
    (
        "init container with a probe",
        {"initContainers": [{"name": "i", "image": "a", "livenessProbe": {"httpGet": {"port": 80}}}]},
        ["spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always"],
    ),
    (
        "sidecar with a probe",
        {
            "initContainers": [
                {"name": "i", "image": "a", "restartPolicy": "Always", "livenessProbe": {"httpGet": {"port": 80}}}
            ]
        },
        [],
    ),
    (
        "two sources",
        {"volumes": [{"name": "v", "emptyDir": {}, "hostPath": {"path": "/x"}}]},
        ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
    ),
    ("same volumes", {"volumes": [{"name": "v"}, {"name": "v"}]}, ['spec.volumes[1].name: Duplicate value: "v"']),
    (
        "toleration of all",
        {"tolerations": [{"operator": "Equal"}]},
        [
            'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, '
            'which means "match all values and all keys"'
        ],
    ),
    (
        "deadline",
        {"activeDeadlineSeconds": 0},
        ["spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"],
    ),
    (
        "spread",
        {"topologySpreadConstraints": [{"maxSkew": 0, "whenUnsatisfiable": "DoNotSchedule"}]},
        [
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            "spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty",
        ],
    ),
    (
        "ephemeral",
        {"ephemeralContainers": [{"name": "e", "image": "a"}]},
        ["spec.ephemeralContainers: Forbidden: cannot be set on create"],
    ),
]


@pytest.mark.parametrize(("spec", "errors"), [c[1:] for c in SPEC_CASES], ids=[c[0] for c in SPEC_CASES])
def test_specs(spec: Object, errors: list[str]) -> None:
    assert list_errors(KIND, make_pod(**spec)) == errors


@pytest.mark.parametrize(
    ("spec", "warnings"),
    [
        (
            {"containers": [{"name": "c", "resources": {"requests": {"memory": "1m"}}}]},
            ['spec.containers[0].resources.requests[memory]: fractional byte value "1m" is invalid, must be an integer'],
        ),
        (
            {"topologySpreadConstraints": [{}, {"labelSelector": {}}]},
            ["spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod"],
        ),
        (
            {"terminationGracePeriodSeconds": -1},
            ["spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"],
        ),
        (
            {"containers": [{"name": "c", "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}]},
            ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
        ),
        ({"containers": [{"name": "c", "env": [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}]}]}, []),
    ],
    ids=["fraction of a byte", "null selector", "negative grace", "hidden variable", "variable that builds on itself"],
)
def test_warnings(spec: Object, warnings: list[str]) -> None:
    assert KIND.warnings(create(KIND, make_pod(**spec))) == warnings
