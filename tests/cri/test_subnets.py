"""Clusters of one machine do not share pod addresses."""

from __future__ import annotations

import sys

import pytest

from minikube_py.cri.agent.subnets import hold_part


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux binds all of 127.0.0.0/8")
def test_each_holds_a_part_of_its_own_and_finds_it_again() -> None:
    one, first = hold_part("127.128.0.0/15", "one")
    two, second = hold_part("127.128.0.0/15", "one")
    none, third = hold_part("127.128.0.0/15", "one")
    assert {first, second} == {"127.128.0.0/16", "127.129.0.0/16"}
    assert (none, third) == (None, "127.128.0.0/16")
    assert one is not None and two is not None
    one.close()
    again, found = hold_part("127.128.0.0/15", "one")
    assert again is not None and found == first
    again.close()
    two.close()
