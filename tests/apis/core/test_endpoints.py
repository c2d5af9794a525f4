"""Endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.endpoints import KIND
from tests.apis.manifests import create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
OUT_OF_RANGE = "Invalid value: 0: must be between 1 and 65535, inclusive"


def make_endpoints(*ips: str, ports: list[Object]) -> Object:
    return {"metadata": {"name": "manual"}, "subsets": [{"addresses": [{"ip": ip} for ip in ips], "ports": ports}]}


@pytest.mark.parametrize(
    ("endpoints", "cell"),
    [
        ({"metadata": {"name": "none"}}, "<none>"),
        (make_endpoints("1.1.1.1", ports=[{"port": 80}]), "1.1.1.1:80"),
        (
            make_endpoints("1.1.1.1", "1.1.1.2", ports=[{"port": 80}, {"port": 90}]),
            "1.1.1.1:80,1.1.1.2:80,1.1.1.1:90 + 1 more...",
        ),
        (make_endpoints("2001:db8::1", ports=[{"port": 80}]), "[2001:db8::1]:80"),
        (make_endpoints("1.1.1.1", ports=[]), "1.1.1.1"),
    ],
)
def test_the_first_three_are_shown(endpoints: Object, cell: str) -> None:
    assert show_row(KIND, create(KIND, endpoints))[1] == cell


def test_errors() -> None:
    assert list_errors(KIND, make_endpoints("127.0.0.1", "nope", ports=[{"port": 0}])) == [
        'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'subsets[0].addresses[1].ip: Invalid value: "nope": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'subsets[0].addresses[1].ip: Invalid value: "nope": must be a valid IP address',
        f"subsets[0].ports[0].port: {OUT_OF_RANGE}",
    ]


def test_it_is_warned_of() -> None:
    assert KIND.deprecation == "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"


def test_addresses_that_are_not_ready_are_not_shown() -> None:
    subset = {"notReadyAddresses": [{"ip": "1.1.1.1"}], "ports": [{"port": 80}]}
    assert show_row(KIND, create(KIND, {"metadata": {"name": "x"}, "subsets": [subset]}))[1] == ""


@pytest.mark.parametrize(
    ("subset", "errors"),
    [
        ({}, ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]),
        ({"notReadyAddresses": [{"ip": "010.1.1.1", "hostname": "a", "nodeName": "n.1"}]}, []),
        (
            {"addresses": [{"ip": "1.1.1.1"}], "ports": [{"name": "a", "port": 1}, {"port": 2}]},
            ["subsets[0].ports[1].name: Required value"],
        ),
        (
            {"addresses": [{"ip": "169.254.1.1"}]},
            [
                'subsets[0].addresses[0].ip: Invalid value: "169.254.1.1": '
                "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
            ],
        ),
    ],
)
def test_subsets(subset: Object, errors: list[str]) -> None:
    assert list_errors(KIND, {"metadata": {"name": "x"}, "subsets": [subset]}) == errors


def test_what_is_stored_may_stay_wrong() -> None:
    old = create(KIND, make_endpoints("127.0.0.1", ports=[]))
    assert list_update_errors(KIND, {**old, "metadata": {"name": "manual", "labels": {"a": "b"}}}, old) == []
    assert len(list_update_errors(KIND, make_endpoints("127.0.0.2", ports=[]), old)) == 1
