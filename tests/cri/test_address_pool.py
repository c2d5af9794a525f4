"""A pod subnet hands out each address once, and a freed one as late as possible."""

from __future__ import annotations

import pytest

from minikube_py.cri.agent.errors import AgentError
from minikube_py.cri.agent.launcher import AddressPool


def test_addresses_are_unique_until_all_are_taken() -> None:
    pool = AddressPool("10.1.2.0/29")
    taken = [pool.take() for _ in range(5)]
    assert taken == ["10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6"]
    with pytest.raises(AgentError, match="no IP addresses available"):
        pool.take()
    pool.give_back("10.1.2.4")
    assert pool.take() == "10.1.2.4"


def test_a_freed_address_comes_back_last() -> None:
    pool = AddressPool("127.77.0.0/16")
    first = pool.take()
    pool.give_back(first)
    assert pool.take() != first


def test_claimed_addresses_are_not_given_out() -> None:
    pool = AddressPool("10.1.2.0/29")
    pool.claim("10.1.2.3")
    pool.claim("10.9.9.9")
    assert {pool.take() for _ in range(4)} == {"10.1.2.2", "10.1.2.4", "10.1.2.5", "10.1.2.6"}
