"""kr8s: objects that know their API, by name and by class."""

from __future__ import annotations

import asyncio

import kr8s
import pytest
from kr8s.asyncio.objects import Pod as AsyncPod
from kr8s.objects import ConfigMap, Deployment, Node, Pod, new_class, objects_from_files

PATIENCE = 20
POD = {"metadata": {"name": "web", "labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}


@pytest.fixture
def api(cluster, kubeconfig):
    return kr8s.api(kubeconfig=str(kubeconfig))


def test_it_knows_the_server(api):
    assert api.version()["minor"] == "33"
    assert {"v1", "apps/v1"} <= set(api.api_versions())
    assert {"pods", "deployments"} <= {resource["name"] for resource in api.api_resources()}


def test_a_pod_is_waited_for(api):
    pod = Pod(POD, api=api)
    pod.create()
    pod.wait("condition=Ready", timeout=PATIENCE)
    assert pod.ready()
    assert [found.name for found in api.get("pods", label_selector={"app": "web"})] == ["web"]
    pod.label({"tier": "front"})
    pod.annotate({"note": "yes"})
    pod.patch({"metadata": {"labels": {"app": "other"}}})
    pod.refresh()
    assert (pod.labels["tier"], pod.labels["app"], pod.annotations["note"]) == ("front", "other", "yes")
    pod.delete()
    pod.wait("delete", timeout=PATIENCE)
    assert not pod.exists()


def test_a_deployment_is_scaled_and_knows_its_pods(api):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": POD["spec"]}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    deployment = Deployment({"metadata": {"name": "web", "namespace": "default"}, "spec": spec}, api=api)
    deployment.create()
    deployment.wait("condition=Available", timeout=PATIENCE)  # kr8s wants a field of a jsonpath to be there
    deployment.scale(3)
    assert deployment.replicas == 3
    deployment.wait("jsonpath='{.status.readyReplicas}'=3", timeout=PATIENCE)
    assert len(list(deployment.pods())) == 3


def test_changes_are_watched(api):
    ConfigMap({"metadata": {"name": "one", "namespace": "default"}, "data": {"a": "1"}}, api=api).create()
    seen = next(event for event in api.watch("configmaps", namespace="default") if event[1].name == "one")
    assert (seen[0], seen[1].raw["data"]["a"]) == ("ADDED", "1")


def test_manifests_and_kinds_of_ones_own(api, cluster, tmp_path):
    version = "{name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, "
    (tmp_path / "crd.yaml").write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n"
        "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Widget, plural: widgets, singular: widget}\n"
        f"  versions:\n  - {version}x-kubernetes-preserve-unknown-fields: true}}}}}}\n"
    )
    for obj in objects_from_files(tmp_path, api=api):
        obj.create()
    cluster.wait("crd/widgets.example.com", "Established")
    Widget = new_class(kind="Widget", version="example.com/v1", namespaced=True)
    widget = Widget({"metadata": {"name": "small", "namespace": "default"}, "size": 1}, api=api)
    widget.create()
    widget.patch({"status": {"phase": "Fine"}}, subresource="status")
    assert [(one.raw["size"], one.status.phase) for one in api.get(Widget, namespace="default")] == [(1, "Fine")]


def test_nodes_are_cordoned_and_tainted(api):
    node = Node.get("minikube", api=api)
    node.cordon()
    node.taint(key="team", value="a", effect="NoSchedule")
    assert node.unschedulable
    assert "team" in {taint["key"] for taint in node.taints}
    node.uncordon()
    assert not Node.get("minikube", api=api).unschedulable


def test_without_blocking(kubeconfig):
    async def work():
        api = await kr8s.asyncio.api(kubeconfig=str(kubeconfig))
        pods = [await AsyncPod({**POD, "metadata": {"name": f"pod-{number}"}}, api=api) for number in range(3)]
        await asyncio.gather(*(pod.create() for pod in pods))
        await asyncio.gather(*(pod.wait("condition=Ready", timeout=PATIENCE) for pod in pods))
        return [pod.name async for pod in api.get("pods", field_selector="status.phase=Running")]

    assert asyncio.run(work()) == ["pod-0", "pod-1", "pod-2"]
