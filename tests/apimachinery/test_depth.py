from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import codec
from minikube_py.apimachinery.depth import MAX_DEPTH, is_too_deep


def nest(levels: int, value: Any = 1) -> Any:
    """Return a value in so many lists and maps by turns."""
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1, False, id="no list at all"),
        pytest.param({"a": [{}], "b": []}, False, id="little"),
        pytest.param(nest(MAX_DEPTH), False, id="as deep as may be"),
        pytest.param(nest(MAX_DEPTH + 1), True, id="a level more"),
        pytest.param({"flat": [1] * 1000, "deep": [nest(MAX_DEPTH)]}, True, id="deep in one place"),
        pytest.param(nest(100_000), True, id="deeper than anything could walk"),
    ],
)
def test_how_deep_values_may_be(value: Any, expected: bool) -> None:
    assert is_too_deep(value) is expected


def test_text_that_is_too_deep_is_no_value() -> None:
    with pytest.raises(ValueError, match="depth"):
        codec.decode(b"[" * 100_000 + b"]" * 100_000)
