"""Node affinity that names nodes."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.node_affinity import list_named_nodes

Object = dict[str, Any]


def named(*lists: list[str]) -> Object:
    return {"matchFields": [{"key": "metadata.name", "operator": "In", "values": values} for values in lists]}


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        pytest.param([], None, id="no terms"),
        pytest.param([named(["a"])], {"a"}, id="one"),
        pytest.param([named(["a"]), named(["b", "c"])], {"a", "b", "c"}, id="any of the terms"),
        pytest.param([named(["a", "b"], ["b", "c"])], {"b"}, id="all of the fields"),
        pytest.param([named(["a"]), {"matchExpressions": [{"key": "k", "operator": "Exists"}]}], None, id="or others"),
        pytest.param(
            [{"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["a"]}]}], None, id="all but one"
        ),
    ],
)
def test_named_nodes(terms: list[Object], names: set[str] | None) -> None:
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}
    assert list_named_nodes({"affinity": affinity}) == names


def test_without_affinity_no_node_is_named() -> None:
    assert list_named_nodes({}) is None
