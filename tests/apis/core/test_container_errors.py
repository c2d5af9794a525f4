"""What is said of the parts of a container: one row a rule of pkg/apis/core/validation."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod import KIND
from tests.apis.manifests import list_errors, make_pod

Object = dict[str, Any]
C = "spec.containers[0]"
BYTES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
VOLUMES = [{"name": "v", "emptyDir": {}}, {"name": "claim", "persistentVolumeClaim": {"claimName": "x"}}]


def mount(**fields: Any) -> Object:
    return {"volumeMounts": [{"name": "v", "mountPath": "/v", **fields}]}


def device(**fields: Any) -> Object:
    return {"volumeDevices": [{"name": "claim", "devicePath": "/dev/x", **fields}]}


def refer(**resource: Any) -> Object:
    return {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": resource}}]}


CASES: dict[str, tuple[Object, list[str]]] = {
    "message policy": (
        {"terminationMessagePolicy": "Log"},
        [f'{C}.terminationMessagePolicy: Unsupported value: "Log": supported values: "File", "FallbackToLogsOnError"'],
    ),
    "restart policy": ({"restartPolicy": "Always"}, [f"{C}.restartPolicy: Forbidden: may not be set for non-init containers"]),
    "sub path climbs, without index": (
        mount(subPath="../x"),
        [f"{C}.volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'"],
    ),
    "sub path is absolute": (
        mount(subPath="/x"),
        [f'{C}.volumeMounts.subPath: Invalid value: "/x": must be a relative path'],
    ),
    "two sub paths": (
        mount(subPath="a", subPathExpr="b"),
        [f'{C}.volumeMounts[0].subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive'],
    ),
    "unknown propagation": (
        mount(mountPropagation="Up"),
        [
            f'{C}.volumeMounts.mountPropagation: Unsupported value: "Up": supported values: '
            '"Bidirectional", "HostToContainer", "None"'
        ],
    ),
    "propagation needs privileges": (
        mount(mountPropagation="Bidirectional"),
        [
            f"{C}.volumeMounts.mountPropagation: Forbidden: "
            "Bidirectional mount propagation is available only to privileged containers"
        ],
    ),
    "recursive read only": (
        mount(recursiveReadOnly="Enabled", mountPropagation="HostToContainer"),
        [
            f"{C}.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
            f"{C}.volumeMounts.recursiveReadOnly: Forbidden: "
            "may only be specified when mountPropagation is None or not specified",
        ],
    ),
    "unknown recursive read only": (
        mount(recursiveReadOnly="Yes"),
        [
            f'{C}.volumeMounts.recursiveReadOnly: Unsupported value: "Yes": supported values: '
            '"Disabled", "Enabled", "IfPossible"'
        ],
    ),
    "same place twice": (
        {"volumeMounts": [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}]},
        [f'{C}.volumeMounts[1].mountPath: Invalid value: "/v": must be unique'],
    ),
    "device of no claim": (
        device(name="v"),
        [
            f'{C}.volumeDevices[0].name: Invalid value: "v": '
            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        ],
    ),
    "device climbs": (
        device(devicePath="/dev/../x"),
        [f"{C}.volumeDevices[0].devicePath: Invalid value: \"/dev/../x\": can not contain backsteps ('..')"],
    ),
    "device and mount": (
        {"volumeMounts": [{"name": "claim", "mountPath": "/dev/x"}], **device()},
        [
            f'{C}.volumeMounts[0].name: Invalid value: "claim": must not already exist in volumeDevices',
            f'{C}.volumeMounts[0].mountPath: Invalid value: "/dev/x": must not already exist as a path in volumeDevices',
            f'{C}.volumeDevices[0].name: Invalid value: "claim": must not already exist in volumeMounts',
            f'{C}.volumeDevices[0].devicePath: Invalid value: "/dev/x": must not already exist as a path in volumeMounts',
        ],
    ),
    "envFrom of nothing, without index": (
        {"envFrom": [{"prefix": "A"}]},
        [f'{C}.envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    ),
    "envFrom of two": (
        {"envFrom": [{"configMapRef": {"name": "a"}, "secretRef": {"name": "b-"}}]},
        [f'{C}.envFrom: Invalid value: "": may not have more than one field specified at a time'],
    ),
    "divisor of cpu": (
        refer(resource="limits.cpu", divisor="2"),
        [
            f'{C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": '
            "only divisor's values 1m and 1 are supported with the cpu resource"
        ],
    ),
    "divisor of huge pages": (
        refer(resource="requests.hugepages-2Mi", divisor="3"),
        [
            f'{C}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "requests.hugepages-2Mi": '
            f"only divisor's values {BYTES} are supported with the hugepages resource"
        ],
    ),
    "divisor as written": (refer(resource="limits.cpu", divisor="1000m"), []),
    "huge pages alone": (
        {"resources": {"limits": {"hugepages-2Mi": "4Mi"}}},
        [f"{C}.resources: Forbidden: HugePages require cpu or memory"],
    ),
    "part of a huge page": (
        {"resources": {"limits": {"hugepages-2Mi": "3Mi", "cpu": "1"}, "requests": {"cpu": "1"}}},
        [
            f'{C}.resources.{way}[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi'
            for way in ("limits", "requests")
        ],
    ),
    "limit in its canonical form": (
        {"resources": {"limits": {"cpu": "1000m"}, "requests": {"cpu": "2000m"}}},
        [f'{C}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ),
    "claims": (
        {"resources": {"claims": [{"name": "a"}, {"name": "a"}, {"name": ""}]}},
        [
            f'{C}.resources.claims[0]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty',
            f'{C}.resources.claims[1]: Duplicate value: "a"',
            f'{C}.resources.claims[1]: Not found: "a": must be one of the names in pod.spec.resourceClaims which is empty',
            f"{C}.resources.claims[2]: Required value",
        ],
    ),
    "resize policy": (
        {"resizePolicy": [{"resourceName": "disk", "restartPolicy": "Never"}]},
        [
            f'{C}.resizePolicy: Unsupported value: disk: supported values: "cpu", "memory"',
            f'{C}.resizePolicy: Unsupported value: "Never": supported values: "NotRequired", "RestartContainer"',
        ],
    ),
    "resize policy twice": (
        {"resizePolicy": [{"resourceName": "cpu", "restartPolicy": "NotRequired"}] * 2},
        [f"{C}.resizePolicy[1]: Duplicate value: cpu"],
    ),
}


@pytest.mark.parametrize(("container", "expected"), CASES.values(), ids=CASES)
def test_errors(container: Object, expected: list[str]) -> None:
    assert list_errors(KIND, make_pod(container, volumes=VOLUMES)) == expected


def test_name_comes_before_hooks_and_probes() -> None:
    twice = {"name": "c", "image": "x", "livenessProbe": {}}
    pod = make_pod()
    pod["spec"]["containers"].append(twice)
    assert list_errors(KIND, pod) == [
        'spec.containers[1].name: Duplicate value: "c"',
        "spec.containers[1].livenessProbe: Required value: must specify a handler type",
    ]


def test_a_volume_that_is_wrong_is_not_there_for_mounts() -> None:
    pod = make_pod({"volumeMounts": [{"name": "v", "mountPath": "/v"}]}, volumes=[{"name": "v", "nfs": {"server": "x"}}])
    assert list_errors(KIND, pod) == [
        "spec.volumes[0].nfs.path: Required value",
        'spec.volumes[0].nfs.path: Invalid value: "": must be an absolute path',
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ]


def test_without_containers_nothing_else_is_said_of_them() -> None:
    assert list_errors(KIND, make_pod(containers=[])) == ["spec.containers: Required value"]
