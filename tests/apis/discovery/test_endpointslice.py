"""EndpointSlices."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.discovery.endpointslice import KIND
from tests.apis.manifests import create, list_errors, list_update_errors, show_row

Object = dict[str, Any]


def make_slice(*endpoints: Object, family: str = "IPv4", ports: list[Object] | None = None) -> Object:
    return {"metadata": {"name": "hand"}, "addressType": family, "endpoints": list(endpoints), "ports": ports}


def test_row() -> None:
    made = create(KIND, make_slice(*({"addresses": [f"1.1.1.{i}"]} for i in range(4)), ports=[{"port": 80, "name": "a"}, {}]))
    assert show_row(KIND, made)[:4] == ["hand", "IPv4", "80,", "1.1.1.0,1.1.1.1,1.1.1.2 + 1 more..."]


def test_row_of_an_empty_one() -> None:
    assert show_row(KIND, create(KIND, make_slice(family="FQDN")))[1:4] == ["FQDN", "<unset>", "<unset>"]


def test_defaults() -> None:
    made = create(KIND, make_slice({"addresses": ["1.1.1.1"]}, ports=[{"port": 80}]))
    assert made["ports"] == [{"name": "", "port": 80, "protocol": "TCP"}]
    assert made["endpoints"] == [{"addresses": ["1.1.1.1"], "conditions": {}}]


def test_errors() -> None:
    bad = make_slice({"addresses": ["2001:db8::1"]}, {"addresses": []}, ports=[{"port": 99999, "protocol": "ICMP"}])
    assert list_errors(KIND, bad) == [
        'endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address',
        "endpoints[1].addresses: Required value: must contain at least 1 address",
        'ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
    ]


def test_the_family_stays() -> None:
    assert list_update_errors(KIND, make_slice(family="IPv6"), create(KIND, make_slice())) == [
        'addressType: Invalid value: "IPv6": field is immutable'
    ]


def test_names_are_warned_of() -> None:
    assert KIND.warnings(make_slice(family="FQDN")) == ["spec.addressType: FQDN endpoints are deprecated"]
    assert KIND.warnings(make_slice()) == []
    assert KIND.warn_of_update(make_slice(family="FQDN")) == []


def test_addresses_that_are_not_well_written_are_warned_of() -> None:
    written = make_slice({"addresses": ["10.0.0.1"]}, {"addresses": ["10.0.0.2", "010.0.0.3"]})
    why = "will be considered invalid in a future Kubernetes release"
    told = [f'endpoints[1].addresses[1]: non-standard IP address "010.0.0.3" {why}: use "10.0.0.3"']
    assert KIND.warnings(written) == KIND.warn_of_update(written) == told
    written["metadata"]["labels"] = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
    assert KIND.warnings(written) == []


def test_other_labels_count_as_a_change() -> None:
    old = create(KIND, make_slice())
    old["metadata"]["generation"] = 3
    same, other = deep_copy(old), deep_copy(old)
    other["metadata"]["labels"] = {"a": "b"}
    KIND.prepare_for_update(same, old)
    KIND.prepare_for_update(other, old)
    assert (same["metadata"]["generation"], other["metadata"]["generation"]) == (3, 4)


def test_hints_for_nodes_are_dropped_as_their_feature_is_off() -> None:
    hints = {"forZones": [{"name": "a"}], "forNodes": [{"name": "n"}]}
    made = create(KIND, make_slice({"addresses": ["1.1.1.1"], "hints": hints}))
    assert made["endpoints"][0]["hints"] == {"forZones": [{"name": "a"}]}


@pytest.mark.parametrize(
    ("family", "endpoint", "errors"),
    [
        ("IPv6", {"addresses": ["2001:db8::1"]}, []),
        ("IPv6", {"addresses": ["1.1.1.1"]}, ['addresses: Invalid value: "1.1.1.1": must be an IPv6 address']),
        (
            "IPv4",
            {"addresses": ["nope"]},
            [
                'addresses[0]: Invalid value: "nope": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
                'addresses[0]: Invalid value: "nope": must be a valid IP address',
            ],
        ),
        (
            "IPv4",
            {"addresses": ["127.0.0.1"]},
            ['addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
        ),
        ("FQDN", {"addresses": ["db.example.com."]}, []),
        (
            "FQDN",
            {"addresses": ["db"]},
            ['addresses[0]: Invalid value: "db": should be a domain with at least two segments separated by dots'],
        ),
        (
            "IPv4",
            {"addresses": ["1.1.1.1"], "hints": {"forZones": [{"name": "a"}, {"name": "a"}]}},
            ['hints.forZones[1].name: Duplicate value: "a"'],
        ),
    ],
)
def test_endpoints(family: str, endpoint: Object, errors: list[str]) -> None:
    assert list_errors(KIND, make_slice(endpoint, family=family)) == [f"endpoints[0].{error}" for error in errors]
