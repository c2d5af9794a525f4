"""Services."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.core.service import KIND
from minikube_py.apis.core.service_strategy import carry_allocations
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
IP = "10.96.0.10"
BALANCER = "may only be used when `type` is 'LoadBalancer'"


def make_service(*ports: Object, **spec: Any) -> Object:
    metadata = {"name": "web", "namespace": "default", "creationTimestamp": TWO_MINUTES_AGO}
    return {"metadata": metadata, "spec": {"ports": list(ports) or [{"port": 80}], **spec}}


def allocate(service: Object, node_port: int = 0) -> Object:
    """Return the service as stored, with the address that the allocator would give it."""
    made = create(KIND, service)
    made["spec"] |= {"clusterIP": IP, "clusterIPs": [IP], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}
    for port in made["spec"]["ports"]:
        port |= {"nodePort": node_port} if node_port else {}
    return made


def test_defaults_of_the_four_types() -> None:
    plain = create(KIND, make_service())["spec"]
    assert plain == {
        "internalTrafficPolicy": "Cluster",
        "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}],
        "sessionAffinity": "None",
        "type": "ClusterIP",
    }
    assert create(KIND, make_service(type="NodePort"))["spec"]["externalTrafficPolicy"] == "Cluster"
    assert create(KIND, make_service(type="LoadBalancer"))["spec"]["allocateLoadBalancerNodePorts"] is True
    outside = create(KIND, {"metadata": {"name": "x"}, "spec": {"type": "ExternalName", "externalName": "example.com"}})
    assert outside["spec"] == {"externalName": "example.com", "sessionAffinity": "None", "type": "ExternalName"}
    assert outside["status"] == {"loadBalancer": {}}


def test_sticky_sessions_last_three_hours() -> None:
    spec = create(KIND, make_service(sessionAffinity="ClientIP"))["spec"]
    assert spec["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 10800}}


ROWS: dict[str, tuple[Object, list[str]]] = {
    "cluster ip": ({"clusterIPs": [IP]}, ["ClusterIP", IP, "<none>", "80/TCP", "2m"]),
    "headless": ({"clusterIP": "None"}, ["ClusterIP", "None", "<none>", "80/TCP", "2m"]),
    "external name": ({"type": "ExternalName", "externalName": "e.com"}, ["ExternalName", "<none>", "e.com", "80/TCP", "2m"]),
    "external ips": (
        {"clusterIPs": [IP], "externalIPs": ["1.2.3.4", "5.6.7.8"]},
        ["ClusterIP", IP, "1.2.3.4,5.6.7.8", "80/TCP", "2m"],
    ),
    "pending": ({"type": "LoadBalancer", "clusterIPs": [IP]}, ["LoadBalancer", IP, "<pending>", "80/TCP", "2m"]),
    "no ports": ({"ports": []}, ["ClusterIP", "<none>", "<none>", "<none>", "2m"]),
    "node port": (
        {"type": "NodePort", "clusterIPs": [IP], "ports": [{"port": 80, "nodePort": 30080}, {"port": 53, "protocol": "UDP"}]},
        ["NodePort", IP, "<none>", "80:30080/TCP,53/UDP", "2m"],
    ),
}


@pytest.mark.parametrize(("spec", "cells"), ROWS.values(), ids=ROWS.keys())
def test_row(spec: Object, cells: list[str]) -> None:
    assert show_row(KIND, create(KIND, make_service(**spec)))[1:] == cells


BALANCERS: dict[str, tuple[list[Object], list[str], str]] = {
    "a long name": ([{"hostname": "a-very-long-name.example.com"}], [], "a-very-long-name.example.com"),
    "address before name": ([{"ip": "1.2.3.4", "hostname": "lb.example.com"}], [], "1.2.3.4"),
    "sorted, each once": ([{"ip": "5.6.7.8"}, {"ip": "1.2.3.4"}, {"ip": "5.6.7.8"}], [], "1.2.3.4,5.6.7.8"),
    "with external ips": ([{"ip": "5.6.7.8"}], ["1.2.3.4"], "5.6.7.8,1.2.3.4"),
    "external ips only": ([], ["1.2.3.4"], "1.2.3.4"),
    "nothing yet": ([{}], [], "<pending>"),
}


@pytest.mark.parametrize(("ingress", "own", "cell"), BALANCERS.values(), ids=BALANCERS.keys())
def test_where_a_balancer_answers(ingress: list[Object], own: list[str], cell: str) -> None:
    service = create(KIND, make_service(type="LoadBalancer", externalIPs=own))
    service["status"]["loadBalancer"]["ingress"] = ingress
    assert show_row(KIND, service)[3] == cell


ERRORS: dict[str, tuple[Object, list[str]]] = {
    "all wrong": (
        make_service({"port": 70000, "protocol": "ICMP", "targetPort": "this-name-is-too-long"}, type="Magic"),
        [
            "spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            'spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
            'spec.ports[0].targetPort: Invalid value: "this-name-is-too-long": must be no more than 15 characters',
            'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
        ],
    ),
    "no port": (
        make_service({"port": 0}),
        [
            f"spec.ports[0].{field}: Invalid value: 0: must be between 1 and 65535, inclusive"
            for field in ("port", "targetPort")
        ],
    ),
    "ports without names": (
        make_service({"port": 80}, {"port": 81}),
        ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
    ),
    "same ports": (
        make_service({"name": "a", "port": 80}, {"name": "b", "port": 80}),
        [
            'spec.ports[1]: Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, '
            'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'
        ],
    ),
    "no ports": ({"metadata": {"name": "x"}, "spec": {}}, ["spec.ports: Required value"]),
    "odd affinity": (
        make_service(sessionAffinity="Cookie"),
        ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ),
    "odd address": (
        make_service(clusterIP="banana"),
        ['spec.clusterIPs[0]: Invalid value: "banana": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ),
    "headless node port": (
        make_service(type="NodePort", clusterIP="None"),
        ["spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"],
    ),
    "several addresses": (
        make_service(clusterIP=IP, clusterIPs=[IP, "10.0.0.1", "::1"], ipFamilies=["IPv6", "IPv6"], ipFamilyPolicy="Both"),
        [
            'spec.ipFamilies[1]: Duplicate value: "IPv6"',
            'spec.ipFamilyPolicy: Unsupported value: "Both": supported values: '
            '"PreferDualStack", "RequireDualStack", "SingleStack"',
            f'spec.clusterIPs: Invalid value: []string{{"{IP}", "10.0.0.1", "::1"}}: may only hold up to 2 values',
            f'spec.clusterIPs[0]: Invalid value: "{IP}": expected an IPv6 value as indicated by `ipFamilies[0]`',
            'spec.clusterIPs[1]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[1]`',
        ],
    ),
    "blocks of addresses": (
        make_service(type="LoadBalancer", loadBalancerSourceRanges=[" 10.0.0.0/8 ", "all"]),
        [
            'spec.LoadBalancerSourceRanges[1]: Invalid value: "all": '
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        ],
    ),
    "affinity without its settings": (
        make_service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 0}}),
        ["spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400"],
    ),
    "class of a balancer": (
        make_service(loadBalancerClass="example.com/a"),
        [f"spec.loadBalancerClass: Forbidden: {BALANCER}"],
    ),
    "health check": (
        make_service(type="LoadBalancer", externalTrafficPolicy="Local"),
        ["spec.healthCheckNodePort: Required value"],
    ),
    "balancer's field": (
        make_service(loadBalancerSourceRanges=["10.0.0.0/8"]),
        [f"spec.LoadBalancerSourceRanges: Forbidden: {BALANCER}"],
    ),
}


@pytest.mark.parametrize(("service", "errors"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(service: Object, errors: list[str]) -> None:
    assert list_errors(KIND, service) == errors


@pytest.mark.parametrize("address", ["10.96.200.200", "None"])
def test_the_address_stays(address: str) -> None:
    old = allocate(make_service())
    new = deep_copy(old)
    new["spec"]["clusterIP"] = address
    assert list_update_errors(KIND, new, old) == [
        f'spec.clusterIPs[0]: Invalid value: []string{{"{address}"}}: may not change once set'
    ]


def test_an_address_left_out_is_kept() -> None:
    old = allocate(make_service())
    new = deep_copy(old)
    del new["spec"]["clusterIP"]
    assert list_update_errors(KIND, new, old) == []
    KIND.prepare_for_update(new, old)
    assert new == old


def test_a_replaced_service_keeps_its_node_port() -> None:
    old = allocate(make_service(type="NodePort"), node_port=30080)
    new = create(KIND, make_service(type="NodePort"))
    carry_allocations(new, old)
    assert new["spec"]["ports"][0]["nodePort"] == 30080
    assert new["spec"]["clusterIPs"] == [IP]


def test_node_port_and_traffic_policy_go_with_the_type() -> None:
    old = allocate(make_service(type="NodePort"), node_port=30080)
    new = deep_copy(old)
    new["spec"]["type"] = "ClusterIP"
    assert list_update_errors(KIND, new, old) == []
    KIND.prepare_for_update(new, old)
    assert "nodePort" not in new["spec"]["ports"][0]
    assert "externalTrafficPolicy" not in new["spec"]


def test_addresses_go_when_the_service_becomes_a_name() -> None:
    old = allocate(make_service())
    new = deep_copy(old)
    new["spec"] |= {"type": "ExternalName", "externalName": "db.example.com"}
    assert list_update_errors(KIND, new, old) == []
    KIND.prepare_for_update(new, old)
    assert "clusterIPs" not in new["spec"]


def test_warnings() -> None:
    service = create(
        KIND, make_service(clusterIP="None", externalIPs=["fe80:0::1"], externalName="x", sessionAffinity="ClientIP")
    )
    service["metadata"]["annotations"] = {"service.kubernetes.io/topology-aware-hints": "auto"}
    assert KIND.warnings(service) == [
        "annotation service.kubernetes.io/topology-aware-hints is deprecated, "
        "please use service.kubernetes.io/topology-mode instead",
        "spec.externalIPs is ignored for headless services",
        "spec.SessionAffinity is ignored for headless services",
        'spec.externalIPs[0]: IPv6 address "fe80:0::1" should be in RFC 5952 canonical format ("fe80::1")',
        'spec.externalName is ignored when spec.type is not "ExternalName"',
    ]


def test_a_status_needs_a_balancer() -> None:
    service = create(KIND, make_service())
    service["status"] = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}
    assert list(map(str, KIND.validate_status_update(service, service))) == [
        "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"
    ]


def test_status_of_a_balancer() -> None:
    service = create(KIND, make_service(type="LoadBalancer"))
    service["status"] = {"loadBalancer": {"ingress": [{"ip": "x"}, {"hostname": "1.2.3.4", "ipMode": "VIP"}]}}
    KIND.prepare_for_status_update(service, service)
    field = "status.loadBalancer.ingress"
    assert list(map(str, KIND.validate_status_update(service, service))) == [
        f'{field}[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        f"{field}[1].ipMode: Forbidden: may not be specified when `ip` is not set",
        f'{field}[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ]


def test_families_are_given_back_in_order() -> None:
    old = allocate(make_service())
    old["spec"] |= {"clusterIPs": [IP, "fd00::1"], "ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "PreferDualStack"}
    new = deep_copy(old)
    new["spec"] |= {"clusterIPs": [IP], "ipFamilies": ["IPv4"]}
    why = "must be set to 'SingleStack' when releasing the secondary"
    assert list_update_errors(KIND, new, old) == [
        f'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": {why} {what}' for what in ("clusterIP", "ipFamily")
    ]
