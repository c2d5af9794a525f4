"""Ingresses, their classes, network policies, addresses and blocks of them."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.validation_meta import NAME_RULES
from minikube_py.apis.kind import Kind
from minikube_py.apis.networking import ingress, ingressclass, ipaddress, networkpolicy, servicecidr
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]


def make(**spec: Any) -> Object:
    return {"metadata": {"name": "x", "namespace": "default", "creationTimestamp": TWO_MINUTES_AGO}, "spec": spec}


def serve(name: str = "web", **port: Any) -> Object:
    return {"service": {"name": name, "port": port or {"number": 80}}}


def route(path: str = "/", kind: str | None = "Prefix", host: str = "a.b", backend: Object | None = None) -> Object:
    entry = {"path": path, "backend": backend or serve(), **({"pathType": kind} if kind else {})}
    return make(rules=[{"host": host, "http": {"paths": [entry]}}])


@pytest.mark.parametrize(
    ("kind", "obj", "row"),
    [
        pytest.param(ingress.KIND, make(defaultBackend=serve()), ["x", "<none>", "*", "", "80", "2m"], id="default backend"),
        pytest.param(
            ingress.KIND,
            make(ingressClassName="n", tls=[{}], rules=[{"host": h} for h in "abcd"]),
            ["x", "n", "a,b,c + 1 more...", "", "80, 443", "2m"],
            id="many hosts",
        ),
        pytest.param(ingressclass.KIND, make(controller="a.b/c"), ["x", "a.b/c", "<none>", "2m"], id="class"),
        pytest.param(
            ingressclass.KIND,
            make(controller="a.b/c", parameters={"apiGroup": "g.io", "kind": "P", "name": "n"}),
            ["x", "a.b/c", "P.g.io/n", "2m"],
            id="class with parameters",
        ),
        pytest.param(networkpolicy.KIND, make(podSelector={"matchLabels": {"a": "b"}}), ["x", "a=b", "2m"], id="policy"),
        pytest.param(
            ipaddress.KIND,
            make(parentRef={"resource": "services", "namespace": "n", "name": "s"}),
            ["x", "services/n/s"],
            id="address",
        ),
        pytest.param(
            ipaddress.KIND, make(parentRef={"group": "g.io", "resource": "R", "name": "s"}), ["x", "r.g.io/s"], id="group"
        ),
        pytest.param(servicecidr.KIND, make(cidrs=["10.0.0.0/8", "fd00::/8"]), ["x", "10.0.0.0/8,fd00::/8", "2m"], id="cidr"),
    ],
)
def test_rows(kind: Kind, obj: Object, row: list[Any]) -> None:
    assert show_row(kind, create(kind, obj)) == row


@pytest.mark.parametrize(
    ("hosts", "cell"),
    [
        pytest.param([], "*", id="no rule"),
        pytest.param([""], "*", id="any host"),
        pytest.param(["", "b", ""], "b", id="some without a host"),
        pytest.param(["a", "b", "c"], "a,b,c", id="three"),
        pytest.param(["", "a", "b", "c"], "a,b,c", id="three of four rules"),
        pytest.param(["a", "b", "c", ""], "a,b,c + 1 more...", id="a rule after three"),
        pytest.param(["a", "", "b", "c", "d"], "a,b,c + 2 more...", id="rules without a host count"),
    ],
)
def test_hosts(hosts: list[str], cell: str) -> None:
    obj = make(rules=[{"host": host} if host else {} for host in hosts])
    assert show_row(ingress.KIND, obj)[2] == cell


def test_an_ingress_tells_all_its_addresses() -> None:
    made = create(ingress.KIND, make(defaultBackend=serve()))
    made["status"]["loadBalancer"]["ingress"] = [{"hostname": "lb.example.net"}, {"ip": "203.0.113.81"}]
    assert show_row(ingress.KIND, made)[3] == "203.0.113.81,lb.example.net"


ABSOLUTE = "must be an absolute path"
PATH = "spec.rules[0].http.paths[0]"


@pytest.mark.parametrize(
    ("obj", "errors"),
    [
        pytest.param(route(), [], id="fine"),
        pytest.param(route(host="*.a.b"), [], id="wildcard"),
        pytest.param(
            make(),
            [
                "spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified",
            ],
            id="nothing",
        ),
        pytest.param(
            route("x//y/.."),
            [
                f'{PATH}.path: Invalid value: "x//y/..": {ABSOLUTE}',
                f"{PATH}.path: Invalid value: \"x//y/..\": must not contain '//'",
                f"{PATH}.path: Invalid value: \"x//y/..\": cannot end with '/..'",
            ],
            id="path",
        ),
        pytest.param(route("", "ImplementationSpecific"), [], id="any path"),
        pytest.param(route("x", "ImplementationSpecific"), [f'{PATH}.path: Invalid value: "x": {ABSOLUTE}'], id="own path"),
        pytest.param(route(kind=None), [f"{PATH}.pathType: Required value: pathType must be specified"], id="no type"),
        pytest.param(
            route(kind="Glob"),
            [f'{PATH}.pathType: Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"'],
            id="type",
        ),
        pytest.param(
            route(backend=serve(name="")), [f"{PATH}.backend.service.name: Required value"], id="service without a name"
        ),
        pytest.param(
            route(backend={"service": {"name": "web"}}),
            [f"{PATH}.backend: Required value: port name or number is required"],
            id="service without a port",
        ),
        pytest.param(
            route(backend=serve(name="web", number=80) | {"resource": {}}),
            [f'{PATH}.backend: Invalid value: "": cannot set both resource and service backends'],
            id="two backends",
        ),
        pytest.param(
            route(backend={"resource": {"kind": "", "name": "a/b"}}),
            [
                f"{PATH}.backend.resource.kind: Required value: kind is required",
                f"{PATH}.backend.resource.name: Invalid value: \"a/b\": may not contain '/'",
            ],
            id="resource",
        ),
        pytest.param(make(rules=[{"http": {}}]), ["spec.rules[0].http.paths: Required value"], id="no paths"),
        pytest.param(
            make(rules=[{"host": "1.2.3.4"}]),
            ['spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
            id="address",
        ),
    ],
)
def test_ingresses(obj: Object, errors: list[str]) -> None:
    assert list_errors(ingress.KIND, obj) == errors


def test_old_faults_of_an_ingress_are_forgiven() -> None:
    old = create(ingress.KIND, route(backend=serve(name="1web")))
    assert list_update_errors(ingress.KIND, route(backend=serve(name="1web"), path="/other"), old) == []


def test_class_and_annotation_agree() -> None:
    obj = make(defaultBackend=serve(), ingressClassName="a")
    obj["metadata"]["annotations"] = {"kubernetes.io/ingress.class": "b"}
    why = "must match `ingressClassName` when both are specified"
    assert list_errors(ingress.KIND, obj) == [f'annotations.kubernetes.io/ingress.class: Invalid value: "b": {why}']


def test_points_of_a_load_balancer_are_checked() -> None:
    made = create(ingress.KIND, make(defaultBackend=serve()))
    made["status"]["loadBalancer"]["ingress"] = [{"ip": "x"}, {"hostname": "1.2.3.4"}]
    assert [str(error) for error in ingress.KIND.validate_status_update(made, create(ingress.KIND, made))] == [
        'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ]


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        ({"controller": "a.b/c", "parameters": {"kind": "K", "name": "n"}}, []),
        ({}, ["spec.controller: Required value"]),
        (
            {"controller": "abc"},
            ['spec.controller: Invalid value: "abc": must be a domain-prefixed path (such as "acme.io/foo")'],
        ),
        (
            {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "scope": "Namespace"}},
            ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
        ),
        (
            {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "namespace": "a"}},
            ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
        ),
        (
            {"controller": "a.b/c", "parameters": {"kind": "K", "name": "n", "scope": "World"}},
            ['spec.parameters.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"'],
        ),
    ],
)
def test_ingress_classes(spec: Object, errors: list[str]) -> None:
    assert list_errors(ingressclass.KIND, make(**spec)) == errors


def test_what_a_policy_is_given() -> None:
    made = create(networkpolicy.KIND, make(ingress=[{"ports": [{"port": 80}]}], egress=[{}]))["spec"]
    assert made["policyTypes"] == ["Ingress", "Egress"]
    assert made["ingress"][0]["ports"] == [{"port": 80, "protocol": "TCP"}]
    assert made["podSelector"] == {}


def peer(**given: Any) -> Object:
    return make(ingress=[{"from": [given]}])


def port(**given: Any) -> Object:
    return make(egress=[{"ports": [given]}])


PEER, PORT = "spec.ingress[0].from[0]", "spec.egress[0].ports[0]"


@pytest.mark.parametrize(
    ("obj", "errors"),
    [
        (peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}), []),
        (peer(), [f"{PEER}: Required value: must specify a peer"]),
        (
            peer(podSelector={}, ipBlock={"cidr": "10.0.0.0/8"}),
            [f"{PEER}: Forbidden: may not specify both ipBlock and another peer"],
        ),
        (
            peer(ipBlock={"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}),
            [f'{PEER}.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`'],
        ),
        (
            peer(ipBlock={"cidr": "10.0.0.1"}),
            [
                f'{PEER}.ipBlock.cidr: Invalid value: "10.0.0.1": must be a valid CIDR value, '
                "(e.g. 10.9.8.0/24 or 2001:db8::/64)"
            ],
        ),
        (port(port=80, endPort=70), [f"{PORT}.endPort: Invalid value: 80: must be greater than or equal to `port`"]),
        (port(port="web", endPort=7), [f"{PORT}.endPort: Invalid value: 7: may not be specified when `port` is non-numeric"]),
        (port(endPort=7), [f"{PORT}.endPort: Invalid value: 7: may not be specified when `port` is not specified"]),
        (
            port(protocol="ICMP"),
            [f'{PORT}.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"'],
        ),
        (
            make(policyTypes=["Up"]),
            ['spec.policyTypes[0]: Unsupported value: "Up": supported values: "Ingress", "Egress"'],
        ),
    ],
)
def test_network_policies(obj: Object, errors: list[str]) -> None:
    assert list_errors(networkpolicy.KIND, obj) == errors


@pytest.mark.parametrize(
    ("cidr", "warning"),
    [
        ("10.0.0.0/8", None),
        ("10.1.0.0/8", 'CIDR value "10.1.0.0/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.0.0/32"?)'),
        (
            "010.0.0.0/8",
            'non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
        ),
        ("2001:DB8::/64", 'IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")'),
    ],
)
def test_blocks_are_warned_of(cidr: str, warning: str | None) -> None:
    found = networkpolicy.KIND.warnings(create(networkpolicy.KIND, peer(ipBlock={"cidr": cidr})))
    assert found == ([f"{PEER}.ipBlock.cidr: {warning}"] if warning else [])


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("10.0.0.1", ""),
        ("2001:db8::1", ""),
        ("web", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        ("010.0.0.1", "must not have leading 0s"),
        ("::ffff:1.2.3.4", "must not be an IPv4-mapped IPv6 address"),
        ("2001:DB8::1", 'must be in canonical form ("2001:db8::1")'),
    ],
)
def test_names_of_addresses(name: str, problem: str) -> None:
    assert NAME_RULES[ipaddress.KIND.validate_name](name, False) == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("cidrs", "errors"),
    [
        (["10.0.0.0/8", "fd00::/8"], []),
        ([], ["spec.cidrs: Required value: at least one CIDR required"]),
        (["10.1.0.0/8"], ['spec.cidrs[0]: Invalid value: "10.1.0.0/8": must not have bits set beyond the prefix length']),
        (
            ["10.0.0.0/8", "11.0.0.0/8"],
            [
                'spec.cidrs: Invalid value: []string{"10.0.0.0/8", "11.0.0.0/8"}: '
                "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
            ],
        ),
    ],
)
def test_service_cidrs(cidrs: list[str], errors: list[str]) -> None:
    assert list_errors(servicecidr.KIND, make(cidrs=cidrs)) == errors


@pytest.mark.parametrize(
    ("new", "errors"),
    [
        (["10.0.0.0/8", "fd00::/8"], []),
        (["11.0.0.0/8"], ['spec.cidrs[0]: Invalid value: "11.0.0.0/8": field is immutable']),
        ([], ["spec.cidrs: Invalid value: []string(nil): field is immutable"]),
    ],
)
def test_a_block_may_only_be_joined_by_one_of_the_other_family(new: list[str], errors: list[str]) -> None:
    assert list_update_errors(servicecidr.KIND, make(cidrs=new), create(servicecidr.KIND, make(cidrs=["10.0.0.0/8"]))) == errors
