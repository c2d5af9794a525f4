"""What the API server fills into pods and templates, as transcripts of Kubernetes 1.33 show it."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.pod import KIND
from minikube_py.apis.core.pod_defaults import set_template_defaults, set_volume_defaults
from minikube_py.apis.core.pod_qos import compute_qos
from tests.apis.manifests import create, make_pod

Object = dict[str, Any]


def test_a_pod_that_gives_only_what_it_must() -> None:
    pod = create(KIND, make_pod())
    assert pod["spec"] == {
        "containers": [
            {
                "name": "c",
                "image": "nginx",
                "imagePullPolicy": "Always",
                "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            }
        ],
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": True,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "terminationGracePeriodSeconds": 30,
    }
    assert pod["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("localhost:5000/nginx", "Always"),
        ("localhost:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:" + "0" * 64, "IfNotPresent"),
        ("registry.example.com:5000/redis:7@sha256:" + "0" * 64, "IfNotPresent"),
    ],
)
def test_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    pod = create(KIND, make_pod({"image": image}))
    assert pod["spec"]["containers"][0]["imagePullPolicy"] == policy


def test_probes_ports_hooks_and_references() -> None:
    container = {
        "ports": [{"containerPort": 80}],
        "livenessProbe": {"httpGet": {"port": 80}},
        "startupProbe": {"grpc": {"port": 9000}},
        "lifecycle": {"preStop": {"httpGet": {"port": 80}}},
        "env": [
            {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
        ],
    }
    times = {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1}
    http = {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}}
    made = create(KIND, make_pod(container))["spec"]["containers"][0]
    assert made["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert made["livenessProbe"] == {**http, **times}
    assert made["startupProbe"] == {"grpc": {"port": 9000, "service": ""}, **times}
    assert made["lifecycle"] == {"preStop": http}
    assert [variable["valueFrom"] for variable in made["env"]] == [
        {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}},
        {"resourceFieldRef": {"divisor": "0", "resource": "limits.cpu"}},
    ]


@pytest.mark.parametrize(
    ("volume", "filled"),
    [
        ({}, {"emptyDir": {}}),
        ({"configMap": {"name": "x"}}, {"configMap": {"name": "x", "defaultMode": 420}}),
        ({"secret": {"secretName": "x"}}, {"secret": {"secretName": "x", "defaultMode": 420}}),
        ({"hostPath": {"path": "/x"}}, {"hostPath": {"path": "/x", "type": ""}}),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}], "defaultMode": 420}},
        ),
    ],
)
def test_volumes(volume: Object, filled: Object) -> None:
    made = {"name": "v", **volume}
    set_volume_defaults(made)
    assert made == {"name": "v", **filled}


def test_limits_become_requests_in_pods_only() -> None:
    resources = {"resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}}
    pod = make_pod(resources)
    assert create(KIND, pod)["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "500m", "memory": "1Gi"}
    template = {"spec": {"containers": [{"name": "c", "image": "nginx", "resources": {"limits": {"cpu": "1"}}}]}}
    set_template_defaults(template)
    assert template["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "1"}}


def test_templates_have_no_creation_time_and_no_service_links() -> None:
    template: Object = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}
    set_template_defaults(template)
    assert template["metadata"] == {"labels": {"a": "b"}, "creationTimestamp": None}
    assert "enableServiceLinks" not in template["spec"]


def test_on_the_hosts_network_a_port_is_the_hosts() -> None:
    pod = create(KIND, make_pod({"ports": [{"containerPort": 80}]}, hostNetwork=True))
    assert pod["spec"]["containers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_amounts_are_rounded_up_to_thousandths() -> None:
    pod = create(KIND, make_pod({"resources": {"requests": {"cpu": "100u"}}}))
    assert pod["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "1m"}


def test_the_old_name_of_the_service_account_follows_the_new() -> None:
    pod = create(KIND, make_pod(serviceAccount="robot"))
    assert (pod["spec"]["serviceAccountName"], pod["spec"]["serviceAccount"]) == ("robot", "robot")


@pytest.mark.parametrize(
    ("resources", "qos"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "10m"}}, "Burstable"),
        ({"limits": {"cpu": "100m", "memory": "64Mi"}, "requests": {"cpu": "100m", "memory": "64Mi"}}, "Guaranteed"),
        ({"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1"}, "requests": {"cpu": "500m", "memory": "1"}}, "Burstable"),
        ({"limits": {"example.com/gpu": "1"}}, "BestEffort"),
    ],
)
def test_quality_of_service(resources: Object, qos: str) -> None:
    assert compute_qos({"containers": [{"name": "c", "resources": resources}]}) == qos


def test_one_container_without_limits_makes_a_pod_burstable() -> None:
    whole = {"limits": {"cpu": "1", "memory": "1"}, "requests": {"cpu": "1", "memory": "1"}}
    assert compute_qos({"containers": [{"resources": whole}, {"resources": {}}]}) == "Burstable"


def test_resources_of_the_pod_itself_decide_its_class() -> None:
    containers = [{"resources": {"requests": {"cpu": "1"}}}]
    whole = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}
    assert compute_qos({"containers": containers, "resources": whole}) == "Guaranteed"
    assert compute_qos({"containers": containers, "resources": {}}) == "BestEffort"
