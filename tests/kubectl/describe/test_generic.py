from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.kubectl.describe.generic import label_of, split_camel_case


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("apiVersion", "API Version"),
        ("kind", "Kind"),
        ("apiIPList", "API IP List"),
        ("httpURL", "Http URL"),
        ("uid", "UID"),
        ("dash-key", "Dash - Key"),
        ("dotted.key", "dotted.key"),
        ("with_underscore", "with_underscore"),
        ("", ""),
    ],
)
def test_label_of_a_field(name: str, label: str) -> None:
    assert label_of(name) == label


@given(st.text(alphabet="abAB1-"))
def test_splitting_loses_nothing(name: str) -> None:
    words = split_camel_case(name)
    assert "".join(words) == name
    assert all(words)
