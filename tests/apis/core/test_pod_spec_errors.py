"""What is said of a pod's own fields: security, scheduling, names, systems. One row a rule of pkg/apis/core/validation."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import FieldError
from minikube_py.apis.core.pod import KIND
from tests.apis.manifests import create, list_errors, make_pod

Object = dict[str, Any]
S = "spec.securityContext"
ZONE = "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
TERM = f"spec.affinity.podAffinity.{REQUIRED}[0]"
SPREAD = {"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {}}
SYSCTL = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"


def secure(**context: Any) -> Object:
    return {"securityContext": context}


def near(**term: Any) -> Object:
    return {"affinity": {"podAffinity": {REQUIRED: [{"topologyKey": ZONE, **term}]}}}


CASES: dict[str, tuple[Object, list[str]]] = {
    "sysctl": (
        secure(
            sysctls=[{"name": "A", "value": "1"}, {"name": "kernel.sem", "value": "1"}, {"name": "kernel.sem", "value": "2"}]
        ),
        [
            f'{S}.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex {SYSCTL}',
            f'{S}.sysctls[2].name: Duplicate value: "kernel.sem"',
        ],
    ),
    "sysctl of the host": (
        {"hostNetwork": True, **secure(sysctls=[{"name": "net/core/x", "value": "1"}])},
        [f"{S}.sysctls[0].name: Invalid value: \"net/core/x\": may not be specified when 'hostNetwork' is true"],
    ),
    "seccomp without type": (
        secure(seccompProfile={}),
        [f"{S}.seccompProfile.type: Required value: type is required when seccompProfile is set"],
    ),
    "seccomp profile climbs": (
        secure(seccompProfile={"type": "Localhost", "localhostProfile": "../x"}),
        [f"{S}.seccompProfile.localhostProfile: Invalid value: \"../x\": must not contain '..'"],
    ),
    "AppArmor without type": (
        secure(appArmorProfile={}),
        [f"{S}.appArmorProfile.type: Required value: type is required when appArmorProfile is set"],
    ),
    "AppArmor profile with blanks": (
        secure(appArmorProfile={"type": "Localhost", "localhostProfile": " x"}),
        [f'{S}.appArmorProfile.localhostProfile: Invalid value: " x": must not be padded with whitespace'],
    ),
    "SELinux policy": (
        secure(seLinuxChangePolicy="Never"),
        [f'{S}.seLinuxChangePolicy: Unsupported value: "Never": supported values: "MountOption", "Recursive"'],
    ),
    "user namespace and the host's": (
        {"hostUsers": False, "hostPID": True, "hostIPC": True},
        [
            "spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false",
            "spec.HostIPC: Forbidden: when `pod.Spec.HostUsers` is false",
        ],
    ),
    "no name servers": (
        {"dnsPolicy": "None", "dnsConfig": {"searches": ["A"]}},
        ["spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"],
    ),
    "no configuration": (
        {"dnsPolicy": "None"},
        ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
    ),
    "many name servers": (
        {"dnsConfig": {"nameservers": ["1.1.1.1"] * 4}},
        [
            'spec.dnsConfig.nameservers: Invalid value: []string{"1.1.1.1", "1.1.1.1", "1.1.1.1", "1.1.1.1"}: '
            "must not have more than 3 nameservers"
        ],
    ),
    "search with an underscore": ({"dnsConfig": {"searches": ["_a.b.", "."]}}, []),
    "toleration of a value that exists": (
        {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
        ["spec.tolerations[0].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'"],
    ),
    "keys of affinity without a selector": (
        near(matchLabelKeys=["a"], mismatchLabelKeys=["a"]),
        [
            f"{TERM}.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
            f"{TERM}.mismatchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
            f'{TERM}.matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys',
        ],
    ),
    "value of a preferred node label": (
        {
            "affinity": {
                "nodeAffinity": {
                    PREFERRED: [
                        {"weight": 1, "preference": {"matchExpressions": [{"key": "a", "operator": "In", "values": ["-"]}]}}
                    ]
                }
            }
        },
        [],
    ),
    "the same spread twice is said of the first": (
        {"topologySpreadConstraints": [SPREAD, SPREAD]},
        ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, ScheduleAnyway}"'],
    ),
    "spread": (
        {"topologySpreadConstraints": [{**SPREAD, "minDomains": 1, "matchLabelKeys": ["a"], "labelSelector": None}]},
        [
            "spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: "
            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway",
            "spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set",
        ],
    ),
    "overhead": (
        {"overhead": {"disk": "1"}},
        [
            "spec.overhead.limits[disk]: Invalid value: disk: must be a standard resource type or fully qualified",
            "spec.overhead.limits[disk]: Invalid value: disk: must be a standard resource for containers",
        ],
    ),
    "secrets without a name are only warned of": ({"imagePullSecrets": [{}]}, []),
    "claim of nothing": (
        {"resourceClaims": [{"name": "a"}]},
        [
            'spec.resourceClaims[0]: Invalid value: core.PodResourceClaim{Name:"a", ResourceClaimName:(*string)(nil), '
            "ResourceClaimTemplateName:(*string)(nil)}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
        ],
    ),
    "no system": ({"os": {"name": ""}}, ["spec.os.name: Required value: cannot be empty"]),
    "unknown system": (
        {"os": {"name": "plan9"}},
        ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"'],
    ),
    "Windows options on Linux": (
        {"os": {"name": "linux"}, **secure(windowsOptions={})},
        [f"{S}.windowsOptions: Forbidden: windows options cannot be set for a linux pod"],
    ),
    "Linux options on Windows": (
        {"os": {"name": "windows"}, "hostPID": True, **secure(runAsUser=1, fsGroup=1)},
        [
            "spec.hostPID: Forbidden: cannot be set for a windows pod",
            f"{S}.fsGroup: Forbidden: cannot be set for a windows pod",
            f"{S}.runAsUser: Forbidden: cannot be set for a windows pod",
        ],
    ),
    "user of Windows": (
        secure(windowsOptions={"runAsUserName": "a\\b\\c"}),
        [
            f'{S}.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash'
        ],
    ),
    "host process": (
        secure(windowsOptions={"hostProcess": True}),
        [
            "spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers",
        ],
    ),
    "preemption": (
        {"preemptionPolicy": "Maybe"},
        ['spec.preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"'],
    ),
}


@pytest.mark.parametrize(("spec", "expected"), CASES.values(), ids=CASES)
def test_errors(spec: Object, expected: list[str]) -> None:
    assert list_errors(KIND, make_pod(**spec)) == expected


ANNOTATIONS: dict[str, tuple[Object, list[str]]] = {
    "deletion cost": (
        {"controller.kubernetes.io/pod-deletion-cost": "+1"},
        ['metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer'],
    ),
    "mirror": (
        {"kubernetes.io/config.mirror": "x"},
        [
            "metadata.annotations[kubernetes.io/config.mirror]: "
            'Invalid value: "x": must set spec.nodeName if mirror pod annotation is set'
        ],
    ),
    "AppArmor of no container": (
        {"container.apparmor.security.beta.kubernetes.io/d": "strict"},
        [
            'metadata.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: "d": container not found',
            "metadata.annotations[container.apparmor.security.beta.kubernetes.io/d]: "
            'Invalid value: "strict": invalid AppArmor profile name: "strict"',
        ],
    ),
    "seccomp": (
        {"seccomp.security.alpha.kubernetes.io/pod": "strict"},
        [
            "metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: "
            'Invalid value: "strict": must be a valid seccomp profile'
        ],
    ),
}


@pytest.mark.parametrize(("annotations", "expected"), ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_annotations(annotations: Object, expected: list[str]) -> None:
    pod = make_pod()
    pod["metadata"]["annotations"] = annotations
    assert list_errors(KIND, pod) == expected


STATUSES: dict[str, tuple[Object, Object, list[str]]] = {
    "quality of service": (
        {"qosClass": "Burstable"},
        {"qosClass": "BestEffort"},
        ['status.qosClass: Invalid value: "Burstable": field is immutable'],
    ),
    "condition": (
        {"conditions": [{"type": "a b"}]},
        {},
        [
            'metadata.conditions[0].Type: Invalid value: "a b": name part must consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
            "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        ],
    ),
    "container that had ended": (
        {"containerStatuses": [{"name": "c", "state": {"running": {}}}]},
        {"containerStatuses": [{"name": "c", "state": {"terminated": {"exitCode": 0}}}]},
        ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"],
    ),
    "addresses of one family": (
        {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}]},
        {},
        [
            'status.podIPs: Invalid value: []core.PodIP{core.PodIP{IP:"10.0.0.1"}, core.PodIP{IP:"10.0.0.1"}}: '
            "may specify no more than one IP for each IP family",
            'status.podIPs[1]: Duplicate value: core.PodIP{IP:"10.0.0.1"}',
        ],
    ),
    "host's address": (
        {"hostIP": "10.0.0.1", "hostIPs": [{"ip": "10.0.0.2"}]},
        {},
        ['status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'],
    ),
}


@pytest.mark.parametrize(("after", "before", "expected"), STATUSES.values(), ids=STATUSES)
def test_status(after: Object, before: Object, expected: list[str]) -> None:
    pod = create(KIND, make_pod(restartPolicy="Never"))
    problems: list[FieldError] = KIND.validate_status_update({**pod, "status": after}, {**pod, "status": before})
    assert list(map(str, problems)) == expected
