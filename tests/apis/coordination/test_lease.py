"""Leases."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.coordination.lease import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, show_row


def make_lease(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "lock", "creationTimestamp": TWO_MINUTES_AGO}, **({"spec": spec} if spec else {})}


def test_rows() -> None:
    assert show_row(KIND, create(KIND, make_lease(holderIdentity="me_123"))) == ["lock", "me_123", "2m"]
    assert show_row(KIND, create(KIND, make_lease())) == ["lock", "", "2m"]


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        ({"leaseDurationSeconds": 15, "leaseTransitions": 4}, []),
        ({"leaseDurationSeconds": 0}, ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"]),
        ({"leaseTransitions": -1}, ["spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)
def test_errors(spec: dict[str, Any], errors: list[str]) -> None:
    assert list_errors(KIND, make_lease(**spec)) == errors
