"""The addresses of the machine that the tests run on."""

from __future__ import annotations

import ipaddress

import pytest

from minikube_py.component_base.machine_addresses import is_own, list_addresses


def test_what_is_listed_are_addresses_with_loopback_among_them() -> None:
    found = list_addresses()
    assert list(found) == sorted({str(ipaddress.ip_address(address)) for address in found})
    assert {"127.0.0.1", "::1"} <= set(found)


@pytest.mark.parametrize(("address", "own"), [("127.0.0.1", True), ("0.0.0.0", True), ("198.51.100.7", False)])
def test_which_are_its_own(address: str, own: bool) -> None:
    assert is_own(address) is own
