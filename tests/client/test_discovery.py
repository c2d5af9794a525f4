"""Finding a resource by any of its names."""

from __future__ import annotations

import pytest

from minikube_py.client.discovery import LocalDiscovery, NoSuchKind, NoSuchResource

DISCOVERY = LocalDiscovery()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("pods", "pods"),
        ("pod", "pods"),
        ("po", "pods"),
        ("Pod", "pods"),
        ("PODS", "pods"),
        ("pods.", "pods"),
        ("pods.v1.", "pods"),
        ("deploy", "deployments.apps"),
        ("deployments.apps", "deployments.apps"),
        ("deploy.apps", "deployments.apps"),
        ("deployments.v1.apps", "deployments.apps"),
        ("deploy.v1.apps", "deployments.apps"),
        ("po.v1.", "pods"),
        ("svc", "services"),
        ("ns", "namespaces"),
        ("endpointslices.discovery", "endpointslices.discovery.k8s.io"),
    ],
)
def test_names_of_resources(name: str, found: str) -> None:
    assert DISCOVERY.find(name).qualified == found


@pytest.mark.parametrize("name", ["nonsense", "pods.apps", "po.v1", "deployments.v2.apps", "deployments.batch", ""])
def test_names_of_nothing(name: str) -> None:
    with pytest.raises(NoSuchResource) as refusal:
        DISCOVERY.find(name)
    assert str(refusal.value) == f'the server doesn\'t have a resource type "{name.partition(".")[0]}"'


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("ev", ['short name "ev" could also match lower priority resource events.events.k8s.io'], id="two have it"),
        pytest.param("events", [], id="full name"),
        pytest.param("ev.events.k8s.io", [], id="with the group"),
        pytest.param("hpa", [], id="one in two versions"),
    ],
)
def test_short_names_that_several_have_are_told(name: str, told: list[str]) -> None:
    discovery, warnings = LocalDiscovery(), list[str]()
    discovery.warn = warnings.extend
    discovery.find(name)
    assert warnings == told


def test_kinds_are_found_by_their_version() -> None:
    assert DISCOVERY.find_kind("apps/v1", "Deployment").qualified_kind == "deployment.apps"
    assert DISCOVERY.find_kind("v1", "Namespace").namespaced is False
    with pytest.raises(NoSuchKind, match=r'^no matches for kind "Deployment" in version "v1"$'):
        DISCOVERY.find_kind("v1", "Deployment")


def test_the_category_all_is_in_kubectls_order() -> None:
    found = [info.qualified for info in DISCOVERY.list_category("all")]
    assert found[:3] == ["pods", "replicationcontrollers", "services"]
    assert found.index("deployments.apps") < found.index("replicasets.apps") < found.index("jobs.batch")
    assert DISCOVERY.list_category("nonsense") == []


def test_every_resource_is_found_by_all_its_names() -> None:
    infos = DISCOVERY.list_all()
    assert len(infos) == len({info.qualified for info in infos})
    for info in infos:
        assert DISCOVERY.find(info.qualified) == info
        assert DISCOVERY.find_kind(info.api_version, info.kind) == info
