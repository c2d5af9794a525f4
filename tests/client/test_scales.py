"""Which kinds have a scale, Kubernetes' own and custom ones."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.resources import Resource
from minikube_py.client.rest import Client
from minikube_py.client.scales import NoMatch, Served, find_served

Object = dict[str, Any]
DEFINITION = {
    "spec": {
        "group": "example.com",
        "names": {"kind": "Shop", "plural": "shops"},
        "versions": [
            {"name": "v1", "served": True, "storage": True, "subresources": {"scale": {}}},
            {"name": "v1beta1", "served": True},
            {"name": "v1alpha1", "served": False},
        ],
    }
}


class Definitions(Client):
    """Knows one definition, or that there can be none."""

    def __init__(self, items: list[Object] | None) -> None:
        self.items = items

    def list(self, resource: Resource, namespace: str = "", label_selector: str = "", field_selector: str = "") -> Object:
        if self.items is None:
            raise errors.NotFound("the server could not find the requested resource")
        return {"items": self.items}


@pytest.mark.parametrize(
    ("api_version", "kind", "any_version", "found"),
    [
        pytest.param("apps/v1", "Deployment", False, Served("apps", "v1", "deployments", True), id="own"),
        pytest.param("batch/v1", "Job", False, Served("batch", "v1", "jobs", False), id="own without scale"),
        pytest.param("apps/v1beta1", "Deployment", True, Served("apps", "v1", "deployments", True), id="in another version"),
        pytest.param("example.com/v1", "Shop", False, Served("example.com", "v1", "shops", True), id="custom"),
        pytest.param("example.com/v1beta1", "Shop", False, Served("example.com", "v1beta1", "shops", False), id="older"),
        pytest.param("example.com/v9", "Shop", True, Served("example.com", "v1", "shops", True), id="custom, any version"),
    ],
)
def test_find_served(api_version: str, kind: str, any_version: bool, found: Served) -> None:
    assert find_served(Definitions([DEFINITION]), api_version, kind, any_version=any_version) == found


@pytest.mark.parametrize(
    ("client", "api_version", "any_version", "error"),
    [
        pytest.param(
            Definitions([DEFINITION]),
            "example.com/v1alpha1",
            False,
            'no matches for kind "Shop" in version "example.com/v1alpha1"',
            id="not served",
        ),
        pytest.param(Definitions(None), "example.com/v1", True, 'no matches for kind "Shop" in group "example.com"', id="none"),
    ],
)
def test_no_match(client: Client, api_version: str, any_version: bool, error: str) -> None:
    with pytest.raises(NoMatch) as caught:
        find_served(client, api_version, "Shop", any_version=any_version)
    assert str(caught.value) == error
