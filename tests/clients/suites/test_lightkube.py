"""lightkube: typed resources, server-side apply, watches, resources of one's own."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest
from lightkube import ApiError, AsyncClient, Client, KubeConfig, codecs
from lightkube.generic_resource import create_global_resource, create_namespaced_resource
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Namespace, Node, Pod
from lightkube.types import PatchType

PATIENCE = 20
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
"""


@pytest.fixture
def api(cluster, kubeconfig):
    with closing(Client(config=KubeConfig.from_file(kubeconfig), field_manager="me", trust_env=False)) as made:
        yield made


def make_map(name, **data):
    return ConfigMap(metadata=ObjectMeta(name=name, namespace="default", labels={"kind": "test"}), data=data)


def test_objects_are_created_listed_replaced_and_deleted(api):
    made = api.create(make_map("one", a="1"))
    made.data["b"] = "2"
    assert api.replace(made).data == {"a": "1", "b": "2"}
    with pytest.raises(ApiError) as stale:
        api.replace(made)
    assert (stale.value.status.code, stale.value.status.reason) == (409, "Conflict")
    assert [found.metadata.name for found in api.list(ConfigMap, labels={"kind": "test"})] == ["one"]
    api.delete(ConfigMap, "one")
    with pytest.raises(ApiError) as gone:
        api.get(ConfigMap, "one")
    assert gone.value.status.code == 404


def test_long_lists_come_in_pages(api):
    for number in range(5):
        api.create(make_map(f"map-{number}"))
    assert len(list(api.list(ConfigMap, labels={"kind": "test"}, chunk_size=2))) == 5
    api.deletecollection(ConfigMap, namespace="default")
    assert not list(api.list(ConfigMap, labels={"kind": "test"}))


@pytest.mark.parametrize(
    ("kind", "patch", "data"),
    [
        (PatchType.JSON, [{"op": "remove", "path": "/data/a"}], None),
        (PatchType.MERGE, {"data": {"a": None, "b": "2"}}, {"b": "2"}),
        (PatchType.STRATEGIC, {"data": {"b": "2"}}, {"a": "1", "b": "2"}),
    ],
    ids=["json", "merge", "strategic"],
)
def test_patches(api, kind, patch, data):
    api.create(make_map("one", a="1"))
    assert api.patch(ConfigMap, "one", patch, patch_type=kind).data == data


def test_apply_takes_away_what_is_no_longer_said(api):
    assert api.apply(make_map("one", a="1", b="2")).data == {"a": "1", "b": "2"}
    assert api.apply(make_map("one", a="1")).data == {"a": "1"}
    with pytest.raises(ApiError) as conflict:
        api.apply(make_map("one", a="3"), field_manager="you")
    assert conflict.value.status.code == 409
    assert api.apply(make_map("one", a="3"), field_manager="you", force=True).data == {"a": "3"}


def test_a_deployment_is_waited_for_and_scaled(api, cluster):
    for obj in codecs.load_all_yaml(MANIFEST):
        api.create(obj, namespace="default")
    api.wait(Deployment, "web", for_conditions=["Available"])
    scale = api.get(Deployment.Scale, "web")
    scale.spec.replicas = 3
    assert api.replace(scale, "web").spec.replicas == 3
    cluster.wait("deployment/web", "jsonpath={.status.readyReplicas}=3")
    assert len(list(api.list(Pod, labels={"app": "web"}))) == 3


def test_changes_are_watched(api):
    version = api.create(make_map("zero")).metadata.resourceVersion
    api.create(make_map("one"))
    operation, obj = next(iter(api.watch(ConfigMap, resource_version=version, server_timeout=PATIENCE)))
    assert (operation, obj.metadata.name) == ("ADDED", "one")


def test_what_belongs_to_no_namespace(api):
    api.create(Namespace(metadata=ObjectMeta(name="team")))
    assert "team" in {found.metadata.name for found in api.list(Namespace)}
    assert api.get(Node, "minikube").status.nodeInfo.kubeletVersion.startswith("v1.33")


@pytest.mark.parametrize("scope", ["Namespaced", "Cluster"])
def test_resources_of_ones_own(api, cluster, scope):
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    kind = f"{scope}Widget"  # lightkube knows each kind once
    names = {"kind": kind, "plural": "widgets", "singular": "widget"}
    version = {"name": "v1", "served": True, "storage": True, "subresources": {"status": {}}, "schema": schema}
    spec = {"group": "example.com", "names": names, "scope": scope, "versions": [version]}
    definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}
    cluster.apply({**definition, "metadata": {"name": "widgets.example.com"}})
    cluster.wait("crd/widgets.example.com", "Established")
    make = create_namespaced_resource if scope == "Namespaced" else create_global_resource
    Widget = make("example.com", "v1", kind, "widgets")
    where = {"namespace": "default"} if scope == "Namespaced" else {}
    made = api.create(Widget(metadata=ObjectMeta(name="small", **where), size=1))
    made["status"] = {"phase": "Fine"}
    api.replace(Widget.Status(made))
    assert api.get(Widget, "small")["status"] == {"phase": "Fine"}


def test_without_blocking(cluster, kubeconfig):
    """A list, and a watch from where it ended."""

    async def work():
        api = AsyncClient(config=KubeConfig.from_file(kubeconfig), trust_env=False)
        try:
            await api.create(make_map("one"))
            maps = api.list(ConfigMap, labels={"kind": "test"})
            seen = [found.metadata.name async for found in maps]
            await api.create(make_map("two"))
            await api.delete(ConfigMap, "one")
            async for event, found in api.watch(ConfigMap, labels={"kind": "test"}, resource_version=maps.resourceVersion):
                seen.append((event, found.metadata.name))
                if event == "DELETED":
                    return seen
        finally:
            await api.close()

    assert asyncio.run(work()) == ["one", ("ADDED", "two"), ("DELETED", "one")]
