"""Continue tokens: what they hold, and what is said of those that nobody gave out."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.apiserver.continue_tokens import decode_continue, encode_continue

VERSION = "meta.k8s.io/v1"


def write(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("after", "within", "start"),
    [(("default", "web"), "default", "web\0"), (("default", "web"), "", "default/web\0"), (("", "node"), "", "node\0")],
)
def test_a_token_says_where_to_go_on(after: tuple[str, str], within: str, start: str) -> None:
    token = encode_continue(7, after, within)
    assert json.loads(base64.urlsafe_b64decode(token + "===")) == {"v": VERSION, "rv": 7, "start": start}
    assert decode_continue(token, within) == (7, after)


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("abc", "invalid character 'i' looking for beginning of value"),
        ("a b", "illegal base64 data at input byte 1"),
        ("abcde", "illegal base64 data at input byte 4"),
        ("", "unexpected end of JSON input"),
        (write("[1]"), "json: cannot unmarshal array into Go value of type storage.continueToken"),
        (write({"v": VERSION, "rv": "1"}), "json: cannot unmarshal string into Go struct field continueToken.rv of type int64"),
        (write({"v": "mk/v1", "rv": 1, "start": "a"}), "server does not recognize this encoded version mk/v1"),
        (write("null"), "server does not recognize this encoded version "),
        (write({"v": VERSION, "start": "a"}), f"incorrect encoded start resourceVersion (version {VERSION})"),
        (write({"v": VERSION, "rv": 1}), f"encoded start key empty (version {VERSION})"),
        (write({"v": VERSION, "rv": 1, "start": "../x"}), "../x"),
        (write({"v": VERSION, "rv": 1, "start": "a/b/c"}), "a/b/c"),
    ],
    ids=str,
)
def test_what_is_no_token(token: str, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        decode_continue(token, "default")
    assert caught.value.message == f"invalid continue token: continue key is not valid: {why}"
