"""Nodes."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.node import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, list_update_errors, show_row

Object = dict[str, Any]


def make_node(conditions: list[Object] | None = None, labels: Object | None = None, **spec: Any) -> Object:
    status = {
        "conditions": conditions or [],
        "capacity": {"cpu": "4"},
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
    }
    metadata = {"name": "n1", "creationTimestamp": TWO_MINUTES_AGO, "labels": labels or {}}
    return {"metadata": metadata, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("status", "unschedulable", "word"),
    [
        ("True", False, "Ready"),
        ("False", False, "NotReady"),
        ("Unknown", False, "NotReady"),
        ("True", True, "Ready,SchedulingDisabled"),
        (None, True, "Unknown,SchedulingDisabled"),
    ],
)
def test_status(status: str | None, unschedulable: bool, word: str) -> None:
    conditions = [{"type": "Ready", "status": status}] if status else []
    assert show_row(KIND, make_node(conditions, unschedulable=unschedulable))[1] == word


def test_row_of_a_node_with_roles() -> None:
    labels = {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "gpu"}
    node = create(KIND, make_node(labels=labels))
    node["status"]["nodeInfo"]["kubeletVersion"] = "v1.33.0"
    roles = "control-plane,gpu,worker"
    wide = ["10.0.0.1", "<none>", "<unknown>", "<unknown>", "<unknown>"]
    assert show_row(KIND, node, wide=True) == ["n1", "Unknown", roles, "2m", "v1.33.0", *wide]


def test_all_of_a_node_may_be_used_unless_it_says_otherwise() -> None:
    assert create(KIND, make_node())["status"]["allocatable"] == {"cpu": "4"}


@pytest.mark.parametrize(
    ("taints", "errors"),
    [
        ([{"key": "a", "effect": "NoSchedule"}], []),
        ([{"key": "a"}], ["metadata.taints[0].effect: Required value"]),
        (
            [{"key": "a", "effect": "Now"}],
            [
                'metadata.taints[0].effect: Unsupported value: "Now": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'
            ],
        ),
    ],
)
def test_taints(taints: list[Object], errors: list[str]) -> None:
    assert list_errors(KIND, make_node(taints=taints)) == errors


def test_taints_are_unique_by_key_and_effect() -> None:
    taint = {"key": "a", "effect": "NoSchedule"}
    (error,) = list_errors(KIND, make_node(taints=[taint, {**taint, "value": "x"}]))
    assert error.startswith(
        'metadata.taints[1]: Duplicate value: core.Taint{Key:"a", Value:"x", Effect:"NoSchedule", TimeAdded:<nil>}'
    )
    assert error.endswith(": taints must be unique by key and effect pair")


def test_address_range_is_set_once() -> None:
    old, new = make_node(podCIDR="10.244.0.0/24"), make_node(podCIDR="10.244.1.0/24")
    assert list_update_errors(KIND, new, old) == [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ]
    assert list_update_errors(KIND, old, make_node()) == []


def test_address_ranges_are_one_of_each_family() -> None:
    assert create(KIND, make_node(podCIDR="10.0.0.0/24"))["spec"]["podCIDRs"] == ["10.0.0.0/24"]
    assert list_errors(KIND, make_node(podCIDRs=["10.0.0.0/24", "fd00::/64"])) == []
    assert list_errors(KIND, make_node(podCIDRs=["10.0.0.0/24", "10.0.1.0/24"])) == [
        'spec.podCIDRs: Invalid value: []string{"10.0.0.0/24", "10.0.1.0/24"}: may specify no more than one CIDR for each IP family'
    ]


@pytest.mark.parametrize(
    ("status", "errors"),
    [
        ({"capacity": {"cpu": "-1"}}, 2),
        ({"addresses": [{"type": "Hostname", "address": "n1"}] * 2}, 1),
        ({"addresses": [{"type": "Hostname", "address": "n1"}, {"type": "InternalIP", "address": "n1"}]}, 0),
    ],
)
def test_a_changed_status_is_checked(status: Object, errors: int) -> None:
    old = create(KIND, make_node())
    assert len(list_update_errors(KIND, {**old, "status": status}, old)) == errors


def test_what_identifies_a_node_stays() -> None:
    old = make_node(providerID="a://1")
    assert list_update_errors(KIND, make_node(providerID="a://2"), old) == [
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid'
    ]
