"""Every node has an address, however many there are."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from minikube_py.cmd.machine import address_of


@pytest.mark.parametrize(
    ("number", "address"),
    [(1, "192.168.49.2"), (2, "192.168.49.3"), (253, "192.168.49.254"), (254, "192.168.50.2"), (1000, "192.168.52.242")],
)
def test_addresses_go_on_in_the_next_network(number: int, address: str) -> None:
    assert address_of(number) == address


def test_no_two_nodes_have_the_same() -> None:
    addresses = {ip_address(address_of(number)) for number in range(1, 5001)}
    assert len(addresses) == 5000
