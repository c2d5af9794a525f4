"""Texts as Go quotes them."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery import errors


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param('a"b\\c', r'"a\"b\\c"', id="quotes and backslashes"),
        pytest.param("a\nb\tc", r'"a\nb\tc"', id="line ends"),
        pytest.param("\x00\x07\x0b\x7f", r'"\x00\a\v\x7f"', id="control characters"),
        pytest.param("é世", '"é世"', id="letters of all scripts"),
        pytest.param("\u00a0\u200b", r'"\u00a0\u200b"', id="blanks that are not seen"),
    ],
)
def test_bad_texts_are_quoted_as_go_does(text: str, shown: str) -> None:
    assert str(errors.invalid("a", text, "why")) == f"a: Invalid value: {shown}: why"
