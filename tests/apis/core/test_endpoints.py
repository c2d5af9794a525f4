"""Endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.endpoints import KIND
from tests.apis.manifests import create, list_errors, show_row

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
    assert KIND.warnings({}) == ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"]
