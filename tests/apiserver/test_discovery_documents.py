"""What discovery tells of resources: verbs, storage version hashes, the order."""

from __future__ import annotations

import pytest

from minikube_py.apis.apiextensions.custom_resource import make_kind
from minikube_py.apiserver.discovery_documents import Served, describe_resources

SCALE = {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}
TEAMS = make_kind(
    {
        "metadata": {"name": "teams.org.example.com"},
        "spec": {
            "group": "org.example.com",
            "names": {"kind": "Team", "plural": "teams"},
            "scope": "Namespaced",
            "versions": [{"name": "v1", "storage": True, "served": True, "subresources": {"scale": SCALE, "status": {}}}],
        },
    },
    "v1",
)


@pytest.mark.parametrize(
    ("group", "version", "name", "expected"),
    [
        ("", "v1", "pods", "xPOwRZ+Yhw8="),
        ("apps", "v1", "deployments", "8aSe+NMegvE="),
        ("", "v1", "componentstatuses", None),
        ("authorization.k8s.io", "v1", "subjectaccessreviews", None),
        ("apps", "v1", "deployments/scale", None),
    ],
    ids=lambda value: str(value),
)
def test_only_what_is_stored_has_a_storage_version_hash(group: str, version: str, name: str, expected: str | None) -> None:
    document = describe_resources(group, version)
    assert document is not None
    resource = next(resource for resource in document["resources"] if resource["name"] == name)
    assert resource.get("storageVersionHash") == expected


def test_custom_resources_have_verbs_and_subresources_in_their_own_order() -> None:
    document = describe_resources("org.example.com", "v1", Served(lambda group: True, lambda: [TEAMS]))
    assert document is not None
    assert [resource["name"] for resource in document["resources"]] == ["teams", "teams/status", "teams/scale"]
    assert document["resources"][0]["verbs"] == [
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "create",
        "update",
        "watch",
    ]
