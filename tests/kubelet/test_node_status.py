"""The Node object and its lease."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.component_base.clock import FakeClock
from minikube_py.kubelet.node_status import NodeInfo, NodeStatus, make_capacity, make_node_info
from tests.kubelet.fakes import FakeClient, make_image

CAPACITY = make_capacity(2, 4 << 30, 100 << 30)


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def node(client: FakeClient, clock: FakeClock) -> NodeStatus:
    info = make_node_info("machine", "system", "boot", "Some Linux", "containerd://1.7.27")
    labels = {"node-role.kubernetes.io/control-plane": ""}
    return NodeStatus(client, clock, NodeInfo("minikube", "192.168.49.2", CAPACITY, CAPACITY, info, labels))


def get_node(client: FakeClient) -> dict[str, Any]:
    return client.objects["nodes", "", "minikube"]


def test_registration(client: FakeClient, node: NodeStatus) -> None:
    node.register()
    made = get_node(client)
    labels = made["metadata"]["labels"]
    assert labels["kubernetes.io/hostname"] == "minikube"
    assert labels["kubernetes.io/arch"] == labels["beta.kubernetes.io/arch"]
    assert labels["node-role.kubernetes.io/control-plane"] == ""
    assert made["status"]["capacity"] == {
        "cpu": "2",
        "ephemeral-storage": "104857600Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        "memory": "4194304Ki",
        "pods": "110",
    }
    assert {c["type"]: (c["status"], c["reason"], c["message"]) for c in made["status"]["conditions"]} == {
        "MemoryPressure": ("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
    }
    assert made["status"]["addresses"] == [
        {"type": "InternalIP", "address": "192.168.49.2"},
        {"type": "Hostname", "address": "minikube"},
    ]
    assert made["status"]["nodeInfo"]["osImage"] == "Some Linux"


def test_registering_again_keeps_what_users_set(client: FakeClient, node: NodeStatus) -> None:
    node.register()
    get_node(client)["metadata"]["labels"] |= {"gpu": "true", "kubernetes.io/hostname": "wrong"}
    node.register()
    labels = get_node(client)["metadata"]["labels"]
    assert (labels["gpu"], labels["kubernetes.io/hostname"]) == ("true", "minikube")


def test_the_lease_is_renewed_every_ten_seconds(client: FakeClient, clock: FakeClock, node: NodeStatus) -> None:
    node.register()
    assert node.tick([]) == 10
    lease = client.objects["leases", "kube-node-lease", "minikube"]
    first = lease["spec"]["renewTime"]
    assert lease["spec"]["holderIdentity"] == "minikube" and lease["spec"]["leaseDurationSeconds"] == 40
    clock.advance(4)
    assert node.tick([]) == 6
    assert client.objects["leases", "kube-node-lease", "minikube"]["spec"]["renewTime"] == first
    clock.advance(6)
    node.tick([])
    assert client.objects["leases", "kube-node-lease", "minikube"]["spec"]["renewTime"] > first


@pytest.mark.parametrize("is_deleted", [False, True], ids=["changed", "deleted"])
def test_a_lease_that_somebody_else_has_written_is_renewed_all_the_same(
    client: FakeClient, clock: FakeClock, node: NodeStatus, is_deleted: bool
) -> None:
    node.register()
    node.tick([])
    key = ("leases", "kube-node-lease", "minikube")
    lease = client.objects.pop(key)
    if not is_deleted:
        client.put("leases", {**lease, "metadata": {**lease["metadata"], "labels": {"mine": "yes"}}})
    clock.advance(10)
    node.tick([])
    assert client.objects[key]["spec"]["renewTime"] > lease["spec"]["renewTime"]
    assert client.objects[key]["metadata"].get("labels") == (None if is_deleted else {"mine": "yes"})


def test_renewals_fall_on_whole_seconds(client: FakeClient, clock: FakeClock, node: NodeStatus) -> None:
    node.register()
    clock.advance(0.75)
    assert node.tick([]) == pytest.approx(9.25)
    clock.advance(9.25)
    assert node.tick([]) == pytest.approx(10)


def test_the_status_is_told_every_five_minutes(client: FakeClient, clock: FakeClock, node: NodeStatus) -> None:
    node.register()
    node.tick([])
    told = len(client.patches)
    since = {c["type"]: c["lastTransitionTime"] for c in get_node(client)["status"]["conditions"]}
    clock.advance(299)
    node.tick([])
    assert len(client.patches) == told
    clock.advance(1)
    node.tick([])
    assert len(client.patches) == told + 1
    assert {c["type"]: c["lastTransitionTime"] for c in get_node(client)["status"]["conditions"]} == since


def test_images_are_told_when_they_change(client: FakeClient, node: NodeStatus) -> None:
    node.register()
    node.tick([])
    node.tick([make_image("nginx", "latest")])
    [image] = get_node(client)["status"]["images"]
    assert image["names"] == ["docker.io/library/nginx@sha256:" + "a" * 64, "docker.io/library/nginx:latest"]
    assert image["sizeBytes"] == 1234


def test_a_node_that_was_deleted_is_gone_until_its_kubelet_starts_again(
    client: FakeClient, clock: FakeClock, node: NodeStatus
) -> None:
    node.register()
    node.tick([])
    del client.objects["nodes", "", "minikube"]
    clock.advance(300)
    node.tick([])
    assert ("nodes", "", "minikube") not in client.objects
    node.register()
    assert get_node(client)["status"]["conditions"]
