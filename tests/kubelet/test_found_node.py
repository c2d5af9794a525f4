"""Nodes made by hand keep what their maker said and get the rest."""

from __future__ import annotations

from minikube_py.client.resources import NODES
from minikube_py.component_base.clock import FakeClock
from minikube_py.kubelet.found_node import FoundNodeStatus
from minikube_py.kubelet.node_status import NodeInfo, make_capacity, make_node_info
from tests.kubelet.fakes import FakeClient

INFO = NodeInfo(
    "extra", "192.168.49.9", make_capacity(2, 4 << 30, 100 << 30), {}, make_node_info("m", "s", "b", "Some Linux", "fake://1")
)


def test_what_is_missing_is_filled_in() -> None:
    client = FakeClient()
    given = {"capacity": {"cpu": "1", "pods": "2"}, "allocatable": {"cpu": "1", "pods": "2"}, "nodeInfo": {"machineID": "mine"}}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "extra"}, "status": given}
    client.create(NODES, node)
    FoundNodeStatus(client, FakeClock(), INFO).tick([])
    status = client.objects["nodes", "", "extra"]["status"]
    assert status["capacity"] == {"cpu": "1", "pods": "2"}
    assert (status["nodeInfo"]["machineID"], status["nodeInfo"]["osImage"]) == ("mine", "Some Linux")
    assert {c["type"]: c["status"] for c in status["conditions"]}["Ready"] == "True"


def test_one_that_says_it_is_ready_keeps_its_conditions() -> None:
    client = FakeClient()
    conditions = [{"type": "Ready", "status": "True", "reason": "Mine", "message": "all well"}]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "extra"}, "status": {"conditions": conditions}}
    client.create(NODES, node)
    FoundNodeStatus(client, FakeClock(), INFO).tick([])
    assert client.objects["nodes", "", "extra"]["status"]["conditions"] == conditions
