"""Which cluster IPs and node ports Services get, and which they are refused."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.errors import Invalid
from tests.apiserver.conftest import Cluster

Object = dict[str, Any]


def service(name: str = "web", port: int = 80, **spec: Any) -> Object:
    return {"metadata": {"name": name}, "spec": {"selector": {"app": "x"}, "ports": [{"port": port}], **spec}}


def node_port(name: str, number: int) -> Object:
    return service(name, type="NodePort", ports=[{"port": 80, "nodePort": number}])


def why(cluster: Cluster, obj: Object) -> str:
    with pytest.raises(Invalid) as caught:
        cluster.create("services", obj)
    return caught.value.message.partition(" is invalid: ")[2]


def test_a_service_gets_an_address_of_the_cluster(cluster: Cluster) -> None:
    spec = cluster.create("services", service())["spec"]
    first, second = map(int, spec["clusterIP"].split(".")[:2])
    assert (first, 96 <= second <= 111) == (10, True)
    assert spec["clusterIPs"] == [spec["clusterIP"]]
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")
    assert "nodePort" not in spec["ports"][0]


def test_no_two_services_share_an_address(cluster: Cluster) -> None:
    given = {cluster.create("services", service(f"s{i}"))["spec"]["clusterIP"] for i in range(20)}
    assert len(given) == 20


def test_a_chosen_address_is_given_once_and_again_after_deletion(cluster: Cluster) -> None:
    cluster.create("services", service("chosen", clusterIP="10.96.50.50"))
    taken = why(cluster, service("other", clusterIP="10.96.50.50"))
    value = 'spec.clusterIPs: Invalid value: []string{"10.96.50.50"}'
    assert taken == f"{value}: failed to allocate IP 10.96.50.50: provided IP is already allocated"
    cluster.delete("services", "chosen")
    assert cluster.create("services", service("other", clusterIP="10.96.50.50"))["spec"]["clusterIPs"] == ["10.96.50.50"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("192.168.1.1", "failed to allocate IP 192.168.1.1: the provided network does not match the current range"),
        (
            "10.96.0.0",
            "failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range."
            " The range of valid IPs is 10.96.0.0/16",
        ),
        ("fd00::1", "IPv6 is not configured on this cluster"),
        ("banana", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
    ],
)
def test_an_address_must_be_one_of_the_cluster(cluster: Cluster, address: str, message: str) -> None:
    assert why(cluster, service(clusterIP=address)).endswith(message)


def test_headless_services_have_no_address(cluster: Cluster) -> None:
    spec = cluster.create("services", service(clusterIP="None"))["spec"]
    assert (spec["clusterIPs"], spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["None"], ["IPv4"], "SingleStack")


def test_headless_services_without_a_selector_speak_both_families(cluster: Cluster) -> None:
    spec = cluster.create("services", service(clusterIP="None", selector=None))["spec"]
    assert (spec["ipFamilies"], spec["ipFamilyPolicy"]) == (["IPv4", "IPv6"], "RequireDualStack")


def test_external_names_have_neither_address_nor_family(cluster: Cluster) -> None:
    obj = {"metadata": {"name": "ext"}, "spec": {"type": "ExternalName", "externalName": "example.com"}}
    assert cluster.create("services", obj)["spec"] == {
        "externalName": "example.com",
        "sessionAffinity": "None",
        "type": "ExternalName",
    }


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            {"ipFamilyPolicy": "RequireDualStack"},
            'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
        ),
        ({"ipFamilies": ["IPv6"]}, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'),
        (
            {"ipFamilies": ["IPv4", "IPv6"]},
            "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when"
            " multiple IP families are specified",
        ),
    ],
)
def test_families_must_be_those_of_the_cluster(cluster: Cluster, spec: Object, message: str) -> None:
    assert why(cluster, service(**spec)) == message


def test_prefer_dual_stack_takes_what_there_is(cluster: Cluster) -> None:
    spec = cluster.create("services", service(ipFamilyPolicy="PreferDualStack"))["spec"]
    assert (spec["ipFamilies"], len(spec["clusterIPs"])) == (["IPv4"], 1)


@pytest.mark.parametrize("kind", ["NodePort", "LoadBalancer"])
def test_node_ports_come_from_their_range(cluster: Cluster, kind: str) -> None:
    ports = cluster.create("services", service(type=kind))["spec"]["ports"]
    assert 30000 <= ports[0]["nodePort"] <= 32767


def test_tcp_and_udp_of_a_port_share_a_node_port(cluster: Cluster) -> None:
    ports = [{"name": "a", "port": 53}, {"name": "b", "port": 53, "protocol": "UDP"}]
    given = cluster.create("services", service(type="NodePort", ports=ports))["spec"]["ports"]
    assert given[0]["nodePort"] == given[1]["nodePort"]


def test_a_balancer_may_do_without_node_ports(cluster: Cluster) -> None:
    spec = cluster.create("services", service(type="LoadBalancer", allocateLoadBalancerNodePorts=False))["spec"]
    assert "nodePort" not in spec["ports"][0]


def test_a_local_balancer_gets_a_health_check_port(cluster: Cluster) -> None:
    spec = cluster.create("services", service(type="LoadBalancer", externalTrafficPolicy="Local"))["spec"]
    assert 30000 <= spec["healthCheckNodePort"] <= 32767
    assert spec["healthCheckNodePort"] != spec["ports"][0]["nodePort"]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (30080, "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"),
        (
            8080,
            "spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range."
            " The range of valid ports is 30000-32767",
        ),
    ],
)
def test_a_node_port_must_be_free_and_in_range(cluster: Cluster, number: int, message: str) -> None:
    cluster.create("services", node_port("fixed", 30080))
    assert why(cluster, node_port("again", number)) == message


def test_a_node_port_that_was_let_go_is_free_again(cluster: Cluster) -> None:
    cluster.create("services", node_port("fixed", 30080))
    moved = cluster.patch("services", "fixed", {"spec": {"ports": [{"port": 80, "nodePort": 32767}]}})
    assert moved["spec"]["ports"][0]["nodePort"] == 32767
    assert cluster.create("services", node_port("again", 30080))["spec"]["ports"][0]["nodePort"] == 30080


def test_a_refused_service_takes_nothing(cluster: Cluster) -> None:
    cluster.create("services", node_port("fixed", 30080))
    why(cluster, {**node_port("again", 30080), "spec": {**node_port("again", 30080)["spec"], "clusterIP": "10.96.9.9"}})
    assert cluster.create("services", service(clusterIP="10.96.9.9"))["spec"]["clusterIP"] == "10.96.9.9"


def test_an_address_stays_when_other_things_change(cluster: Cluster) -> None:
    before = cluster.create("services", service(type="NodePort"))["spec"]
    after = cluster.patch("services", "web", {"spec": {"clusterIP": None, "sessionAffinity": "ClientIP"}})["spec"]
    assert (after["clusterIPs"], after["ports"]) == (before["clusterIPs"], before["ports"])


@pytest.mark.parametrize("address", ["10.96.50.51", "None"])
def test_an_address_may_not_change(cluster: Cluster, address: str) -> None:
    cluster.create("services", service(clusterIP="10.96.50.50"))
    with pytest.raises(Invalid) as caught:
        cluster.patch("services", "web", {"spec": {"clusterIP": address}})
    assert caught.value.message == (
        f'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: []string{{"{address}"}}: may not change once set'
    )


def test_types_change_with_their_allocations(cluster: Cluster) -> None:
    address = cluster.create("services", service())["spec"]["clusterIP"]
    port = cluster.patch("services", "web", {"spec": {"type": "NodePort"}})["spec"]["ports"][0]["nodePort"]
    assert 30000 <= port <= 32767
    inside = cluster.patch("services", "web", {"spec": {"type": "ClusterIP"}})["spec"]
    assert ("nodePort" in inside["ports"][0], inside["clusterIP"]) == (False, address)
    name = cluster.patch("services", "web", {"spec": {"type": "ExternalName", "externalName": "db.example.com"}})["spec"]
    assert {"clusterIP", "clusterIPs", "ipFamilies"}.isdisjoint(name)
    assert cluster.create("services", service("heir", clusterIP=address))["spec"]["clusterIP"] == address
    back = cluster.patch("services", "web", {"spec": {"type": "ClusterIP", "externalName": None}})["spec"]
    assert back["clusterIP"] not in ("", address)
    assert (back["ipFamilies"], back["ipFamilyPolicy"]) == (["IPv4"], "SingleStack")


def test_a_dry_run_shows_an_address_and_keeps_none(cluster: Cluster) -> None:
    shown = cluster.create("services", service(clusterIP="10.96.7.7"), dryRun="All")
    assert shown["spec"]["clusterIP"] == "10.96.7.7"
    assert cluster.create("services", service("other", clusterIP="10.96.7.7"))["spec"]["clusterIP"] == "10.96.7.7"


def add_block(cluster: Cluster, name: str, cidr: str, ready: str = "") -> None:
    cluster.create("servicecidrs", {"metadata": {"name": name}, "spec": {"cidrs": [cidr]}})
    if ready:
        condition = {
            "type": "Ready",
            "status": ready,
            "reason": "",
            "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }
        body = {"status": {"conditions": [condition]}}
        cluster.patch("servicecidrs", name, body, subresource="status")


def test_addresses_are_from_every_block_that_is_ready(cluster: Cluster) -> None:
    add_block(cluster, "kubernetes", "10.96.0.0/30")
    given = [cluster.create("services", service(f"s{i}"))["spec"]["clusterIP"] for i in range(2)]
    assert sorted(given) == ["10.96.0.1", "10.96.0.2"]
    add_block(cluster, "later", "10.200.0.0/30", "False")
    add_block(cluster, "more", "10.97.0.0/29")
    chosen = cluster.create("services", service("chosen", clusterIP="10.97.0.6"))["spec"]["clusterIP"]
    assert chosen == "10.97.0.6"
    assert cluster.create("services", service("next"))["spec"]["clusterIP"].startswith("10.97.0.")
    assert "does not match the current range" in why(cluster, service("early", clusterIP="10.200.0.1"))
    assert why(cluster, service("last", clusterIP="10.97.0.7")).endswith(
        "(10.97.0.7) is not in the valid range. The range of valid IPs is 10.97.0.0/29"
    )
