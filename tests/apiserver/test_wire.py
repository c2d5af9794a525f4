"""Bodies as they come in."""

from __future__ import annotations

import pytest

from minikube_py.apimachinery.errors import RequestEntityTooLarge
from minikube_py.apiserver.wire import MAX_REQUEST_BYTES, receive_body


def test_a_body_that_is_too_long() -> None:
    with pytest.raises(RequestEntityTooLarge, match="limit is 3145728"):
        receive_body({"a": "x" * MAX_REQUEST_BYTES})


def test_what_is_no_utf8_becomes_a_replacement_character() -> None:
    assert receive_body({"a": "x\udce9"}) == {"a": "x\ufffd"}
