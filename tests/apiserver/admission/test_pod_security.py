"""What labels of a namespace demand of its pods."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.apis.core.pod_security import list_violations
from minikube_py.client.request import MERGE_PATCH, Request, Response
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]
LABEL = "pod-security.kubernetes.io/"
GOOD = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
PLAIN = (
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
)


def pod(context: Object | None = None, **spec: Any) -> Object:
    container = {"name": "c", "image": "i", **({"securityContext": context} if context else {})}
    return {"metadata": {"name": "p"}, "spec": {"containers": [container], **spec}}


def label(cluster: Cluster, **modes: str) -> Response:
    labels = {f"{LABEL}{mode.replace('_', '-')}": level for mode, level in modes.items()}
    body = {"metadata": {"labels": labels}}
    return cluster.server.handle(Request("patch", "", "v1", "namespaces", name="default", body=body, content_type=MERGE_PATCH))


def send(cluster: Cluster, plural: str, obj: Object, group: str = "") -> Response:
    return cluster.server.handle(Request("create", group, "v1", plural, "default", body=obj))


@pytest.mark.parametrize(
    ("level", "context", "spec", "texts"),
    [
        ("privileged", {"privileged": True}, {}, []),
        ("baseline", {}, {}, []),
        ("restricted", GOOD, {}, []),
        ("restricted", {}, {}, PLAIN.split("), ")),
        ("baseline", {"privileged": True}, {}, ['privileged (container "c" must not set securityContext.privileged=true)']),
        (
            "baseline",
            {"capabilities": {"add": ["SYS_ADMIN", "CHOWN", "NET_RAW"]}},
            {},
            [
                'non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in '
                "securityContext.capabilities.add)"
            ],
        ),
        ("baseline", {}, {"hostNetwork": True, "hostPID": True}, ["host namespaces (hostNetwork=true, hostPID=true)"]),
        ("baseline", {}, {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, ['hostPath volumes (volume "v")']),
        (
            "restricted",
            GOOD,
            {"volumes": [{"name": "v", "hostPath": {"path": "/"}}, {"name": "e", "emptyDir": {}}]},
            ['restricted volume types (volume "v" uses restricted volume type "hostPath")'],
        ),
        (
            "baseline",
            {"seccompProfile": {"type": "Unconfined"}},
            {},
            ['seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")'],
        ),
        (
            "baseline",
            {"seLinuxOptions": {"type": "x", "user": "u"}},
            {},
            ['seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)'],
        ),
        ("baseline", {}, {"securityContext": {"sysctls": [{"name": "kernel.msgmax"}]}}, ["forbidden sysctls (kernel.msgmax)"]),
        ("restricted", {**GOOD, "runAsUser": 0}, {}, ['runAsUser=0 (container "c" must not set runAsUser=0)']),
        (
            "restricted",
            GOOD,
            {"securityContext": {"runAsNonRoot": False}},
            ["runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)"],
        ),
    ],
)
def test_what_levels_do_not_allow(level: str, context: Object, spec: Object, texts: list[str]) -> None:
    found = list(map(str, list_violations(pod(context, **spec)["spec"], level)))
    assert [text.rstrip(")") for text in found] == [text.rstrip(")") for text in texts]


def test_host_ports() -> None:
    spec = {"containers": [{"name": "c", "ports": [{"hostPort": 80}, {"hostPort": 81}]}]}
    assert list(map(str, list_violations(spec, "baseline"))) == ['hostPort (container "c" uses hostPorts 80, 81)']


def test_a_pod_that_breaks_what_is_enforced_is_refused(cluster: Cluster) -> None:
    label(cluster, enforce="restricted")
    with pytest.raises(errors.Forbidden) as refused:
        send(cluster, "pods", pod())
    assert refused.value.message == f'pods "p" is forbidden: violates PodSecurity "restricted:latest": {PLAIN}'
    assert send(cluster, "pods", pod(GOOD)).warnings == ()


def test_warnings(cluster: Cluster) -> None:
    label(cluster, warn="restricted", warn_version="v1.30")
    assert send(cluster, "pods", pod()).warnings == (f'would violate PodSecurity "restricted:v1.30": {PLAIN}',)


def test_what_makes_pods_is_warned_of(cluster: Cluster) -> None:
    label(cluster, enforce="baseline")
    labels = {"a": "b"}
    template = {"metadata": {"labels": labels}, "spec": pod({"privileged": True})["spec"]}
    deployment = {"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": labels}, "template": template}}
    (warning,) = send(cluster, "deployments", deployment, "apps").warnings
    assert warning.startswith('would violate PodSecurity "baseline:latest": privileged (container "c"')


@pytest.mark.parametrize(
    ("label_name", "value", "why"),
    [
        ("enforce", "strict", "must be one of privileged, baseline, restricted"),
        ("warn-version", "1.30", 'must be "latest" or "v1.x"'),
    ],
)
def test_labels_that_mean_nothing(cluster: Cluster, label_name: str, value: str, why: str) -> None:
    with pytest.raises(errors.Invalid) as refused:
        label(cluster, **{label_name: value})
    expected = f'Namespace "default" is invalid: metadata.labels[{LABEL}{label_name}]: Invalid value: "{value}": {why}'
    assert refused.value.message == expected


def test_pods_that_are_there_are_told_of(cluster: Cluster) -> None:
    for name in ("a", "b"):
        send(cluster, "pods", {**pod(), "metadata": {"name": name}})
    assert label(cluster, enforce="baseline").warnings == ()
    assert label(cluster, enforce="restricted").warnings == (
        'existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"',
        "a (and 1 other pod): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile",
    )
