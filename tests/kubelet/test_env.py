"""The environment of a container, as `printenv` shows it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.kubelet.env import (
    ConfigError,
    EnvSources,
    make_container_environment,
    make_environment,
    make_service_environment,
)
from minikube_py.kubelet.expansion import expand
from minikube_py.kubelet.fieldpath import extract_field

Object = dict[str, Any]
CONFIG = {"color": "red", "size": "big", "odd-key": "x", "1st": "y"}
SECRET = {"user": "root", "pass": "s3 cret"}


def make_service(name: str, ip: str, *ports: Object, namespace: str = "default") -> Object:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"clusterIP": ip, "ports": list(ports)}}


KUBERNETES = make_service("kubernetes", "10.96.0.1", {"name": "https", "port": 443})
DATABASE = make_service("my-db", "10.96.7.7", {"name": "5432-5432", "port": 5432})


def make_sources(**spec: Any) -> EnvSources:
    pod = {
        "metadata": {
            "name": "env",
            "namespace": "default",
            "uid": "uid",
            "labels": {"tier": "back"},
            "annotations": {"note": "keep me"},
        },
        "spec": {"nodeName": "minikube", "serviceAccountName": "default", "containers": [], **spec},
        "status": {"podIP": "10.244.0.7", "podIPs": [{"ip": "10.244.0.7"}, {"ip": "fd00::7"}], "hostIP": "192.168.49.2"},
    }
    secret = {key: base64.b64encode(value.encode()).decode() for key, value in SECRET.items()}
    return EnvSources(
        pod=pod,
        get_config_map=lambda namespace, name: {"data": CONFIG} if (namespace, name) == ("default", "cfg") else None,
        get_secret=lambda namespace, name: {"data": secret} if (namespace, name) == ("default", "cred") else None,
        services=[KUBERNETES, DATABASE, make_service("headless", "None", {"port": 80})],
        allocatable={"cpu": "4", "memory": "8Gi"},
    )


def read(env: list[Object], **container: Any) -> dict[str, str]:
    return make_environment({"name": "main", "env": env, **container}, make_sources())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("$(A)-two", "one-two", id="reference"),
        pytest.param("$$(A)", "$(A)", id="escaped"),
        pytest.param("$$$(A)", "$one", id="escape-then-reference"),
        pytest.param("$(NOWHERE)", "$(NOWHERE)", id="unknown"),
        pytest.param("$(A", "$(A", id="open"),
        pytest.param("cost: 5$", "cost: 5$", id="dollar-at-the-end"),
        pytest.param("$A", "$A", id="shell-style"),
        pytest.param("$(A)$(A)", "oneone", id="twice"),
        pytest.param("$()", "$()", id="empty"),
    ],
)
def test_expansion(text: str, expected: str) -> None:
    assert expand(text, {"A": "one"}) == expected


@given(st.text())
def test_text_without_dollars_stays(text: str) -> None:
    plain = text.replace("$", "")
    assert expand(plain, {"A": "one"}) == plain


@given(st.text())
def test_doubled_dollars_protect_everything(text: str) -> None:
    assert expand(text.replace("$", "$$"), {"A": "one"}) == text


def test_values_are_built_of_those_before() -> None:
    env = [
        {"name": "PLAIN", "value": "one"},
        {"name": "JOINED", "value": "$(PLAIN)-two"},
        {"name": "LATER", "value": "$(LAST)"},
        {"name": "LAST", "value": "z"},
        {"name": "EMPTY"},
        {"name": "OF_SERVICE", "value": "$(KUBERNETES_SERVICE_PORT)"},
    ]
    result = read(env)
    assert result["JOINED"] == "one-two"
    assert (result["LATER"], result["EMPTY"], result["OF_SERVICE"]) == ("$(LAST)", "", "443")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("metadata.name", "env"),
        ("metadata.namespace", "default"),
        ("metadata.uid", "uid"),
        ("metadata.labels['tier']", "back"),
        ("metadata.annotations['note']", "keep me"),
        ("metadata.labels['none']", ""),
        ("metadata.labels", 'tier="back"'),
        ("spec.nodeName", "minikube"),
        ("spec.serviceAccountName", "default"),
        ("status.podIP", "10.244.0.7"),
        ("status.podIPs", "10.244.0.7,fd00::7"),
        ("status.hostIP", "192.168.49.2"),
    ],
)
def test_fields(path: str, expected: str) -> None:
    assert extract_field(make_sources().pod, path) == expected


@pytest.mark.parametrize("path", ["spec.containers", "metadata.owner", "status.phase['x']"])
def test_other_fields_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not supported"):
        extract_field(make_sources().pod, path)


@pytest.mark.parametrize(
    ("resource", "divisor", "expected"),
    [
        pytest.param("requests.cpu", "", "1", id="rounded-up"),
        pytest.param("requests.cpu", "0", "1", id="divisor-zero"),
        pytest.param("limits.cpu", "1m", "1500", id="millis"),
        pytest.param("requests.memory", "", "33554432", id="bytes"),
        pytest.param("limits.memory", "1Mi", "64", id="mebibytes"),
        pytest.param("limits.ephemeral-storage", "", "0", id="unknown"),
    ],
)
def test_resources(resource: str, divisor: str, expected: str) -> None:
    resources = {"requests": {"cpu": "250m", "memory": "32Mi"}, "limits": {"cpu": "1500m", "memory": "64Mi"}}
    ref = {"resource": resource, "divisor": divisor}
    assert read([{"name": "X", "valueFrom": {"resourceFieldRef": ref}}], resources=resources)["X"] == expected


def test_a_limit_that_is_not_set_is_the_nodes() -> None:
    assert read([{"name": "X", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}])["X"] == "4"


def test_env_from_and_which_one_wins() -> None:
    sources = [
        {"configMapRef": {"name": "cfg"}},
        {"secretRef": {"name": "cred"}},
        {"prefix": "P_", "configMapRef": {"name": "cfg"}},
        {"configMapRef": {"name": "nope", "optional": True}},
    ]
    result = read([{"name": "size", "value": "small"}], envFrom=sources)
    assert {key: result[key] for key in ("color", "size", "user", "pass", "P_size", "P_odd-key", "1st")} == {
        "color": "red",
        "size": "small",
        "user": "root",
        "pass": "s3 cret",
        "P_size": "big",
        "P_odd-key": "x",
        "1st": "y",
    }


def from_key(kind: str, name: str, key: str, **more: Any) -> list[Object]:
    return [{"name": "X", "valueFrom": {kind: {"name": name, "key": key, **more}}}]


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (from_key("configMapKeyRef", "cfg", "color"), "red"),
        (from_key("secretKeyRef", "cred", "pass"), "s3 cret"),
        (from_key("configMapKeyRef", "cfg", "nope", optional=True), None),
        (from_key("secretKeyRef", "nope", "pass", optional=True), None),
    ],
)
def test_keys(env: list[Object], expected: str | None) -> None:
    assert read(env).get("X") == expected


@pytest.mark.parametrize(
    ("env", "message"),
    [
        (from_key("configMapKeyRef", "nope", "k"), 'configmap "nope" not found'),
        (from_key("configMapKeyRef", "cfg", "k"), "couldn't find key k in ConfigMap default/cfg"),
        (from_key("secretKeyRef", "nope", "k"), 'secret "nope" not found'),
        (from_key("secretKeyRef", "cred", "k"), "couldn't find key k in Secret default/cred"),
    ],
)
def test_missing_keys(env: list[Object], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(env)
    assert str(caught.value) == message


def test_a_services_variables() -> None:
    assert make_service_environment([DATABASE]) == {
        "MY_DB_SERVICE_HOST": "10.96.7.7",
        "MY_DB_SERVICE_PORT": "5432",
        "MY_DB_SERVICE_PORT_5432_5432": "5432",
        "MY_DB_PORT": "tcp://10.96.7.7:5432",
        "MY_DB_PORT_5432_TCP": "tcp://10.96.7.7:5432",
        "MY_DB_PORT_5432_TCP_PROTO": "tcp",
        "MY_DB_PORT_5432_TCP_PORT": "5432",
        "MY_DB_PORT_5432_TCP_ADDR": "10.96.7.7",
    }


def test_which_services_a_pod_learns_of() -> None:
    container = {"name": "main"}
    linked = make_environment(container, make_sources())
    assert "MY_DB_PORT" in linked and "KUBERNETES_PORT" in linked
    assert not any(key.startswith("HEADLESS") for key in linked)
    alone = make_environment(container, make_sources(enableServiceLinks=False))
    assert "MY_DB_PORT" not in alone and "KUBERNETES_PORT" in alone


def test_what_the_runtime_adds() -> None:
    env = make_container_environment({"PATH": "/opt", "A": "image"}, "box", None, {"A": "pod"})
    assert env == {"PATH": "/opt", "HOSTNAME": "box", "HOME": "/root", "A": "pod"}
    assert make_container_environment({}, "box", 1000, {})["HOME"] == "/"
