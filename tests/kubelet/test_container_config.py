from __future__ import annotations

from typing import Any

import pytest

from minikube_py.kubelet.container_config import DEFAULT_CAPABILITIES, list_capabilities


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, set(DEFAULT_CAPABILITIES)),
        ({"capabilities": {"drop": ["ALL"]}}, set()),
        ({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}, {"NET_BIND_SERVICE"}),
        ({"capabilities": {"drop": ["KILL", "CAP_CHOWN"]}}, set(DEFAULT_CAPABILITIES) - {"KILL", "CHOWN"}),
        ({"capabilities": {"add": ["SYS_TIME", "cap_net_admin"]}}, {*DEFAULT_CAPABILITIES, "SYS_TIME", "NET_ADMIN"}),
        ({"capabilities": {"add": ["ALL"]}}, {"ALL"}),
        ({"privileged": True}, {"ALL"}),
    ],
)
def test_capabilities(context: dict[str, Any], expected: set[str]) -> None:
    assert set(list_capabilities(context)) == expected
