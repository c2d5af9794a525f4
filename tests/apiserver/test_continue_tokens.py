"""The tokens that pages of lists are asked for with."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from minikube_py.apimachinery.errors import BadRequest
from minikube_py.apiserver.continue_tokens import LATEST, decode_continue, encode_continue


def make(**fields: Any) -> str:
    """Return a token of those fields."""
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("revision", "after", "namespace", "start"),
    [
        (7, ("default", "web"), "", "default/web\0"),
        (7, ("default", "web"), "default", "web\0"),
        (7, ("", "node-1"), "", "node-1\0"),
    ],
    ids=["all namespaces", "one namespace", "no namespaces"],
)
def test_there_and_back(revision: int, after: tuple[str, str], namespace: str, start: str) -> None:
    token = encode_continue(revision, after, namespace)
    assert json.loads(base64.urlsafe_b64decode(token + "==")) == {"v": "meta.k8s.io/v1", "rv": revision, "start": start}
    assert decode_continue(token, namespace) == (revision, after)


def test_the_latest_revision_is_none() -> None:
    assert decode_continue(encode_continue(LATEST, ("", "x"))) == (0, ("", "x"))


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("x", ": illegal base64 data at input byte 0"),
        ("ab!d", ": illegal base64 data at input byte 2"),
        ("eyJ2", ": unexpected end of JSON input"),
        ("abc", ": invalid character 'i' looking for beginning of value"),
        ("nZ-e", r": invalid character '\u009d' looking for beginning of value"),
        ("WzFd", ": json: cannot unmarshal array into Go value of type storage.continueToken"),
        ("bnVsbA", ": server does not recognize this encoded version "),
        (
            make(v="meta.k8s.io/v1", rv="1"),
            ": json: cannot unmarshal string into Go struct field continueToken.rv of type int64",
        ),
        (make(v="mk/v1"), ": server does not recognize this encoded version mk/v1"),
        (make(v="meta.k8s.io/v1", start="a"), ": incorrect encoded start resourceVersion (version meta.k8s.io/v1)"),
        (make(v="meta.k8s.io/v1", rv=1), ": encoded start key empty (version meta.k8s.io/v1)"),
        (make(v="meta.k8s.io/v1", rv=1, start="../a"), ": ../a"),
    ],
)
def test_what_is_no_token(token: str, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        decode_continue(token)
    assert caught.value.message == f"invalid continue token: continue key is not valid{why}"
