"""Secrets."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.go_json import find_json_error
from minikube_py.apis.core.secret import KIND
from tests.apis.manifests import create, list_errors, list_update_errors, show_row

Object = dict[str, Any]
FROZEN = "Forbidden: field is immutable when `immutable` is set"


def make_secret(**fields: Any) -> Object:
    return {"metadata": {"name": "hush"}, **fields}


def test_text_is_put_over_the_data() -> None:
    made = create(KIND, make_secret(data={"a": "YQ==", "b": "Yg=="}, stringData={"b": "c"}))
    assert made == make_secret(type="Opaque", data={"a": "YQ==", "b": "Yw=="})
    assert show_row(KIND, made)[:3] == ["hush", "Opaque", 2]


@pytest.mark.parametrize(
    ("secret", "errors"),
    [
        (make_secret(type="kubernetes.io/tls", stringData={"tls.crt": "x"}), ["data[tls.key]: Required value"]),
        (make_secret(type="kubernetes.io/basic-auth"), ["data[username]: Required value", "data[password]: Required value"]),
        (make_secret(type="kubernetes.io/basic-auth", stringData={"password": "x"}), []),
        (
            make_secret(type="kubernetes.io/ssh-auth", stringData={"ssh-privatekey": ""}),
            ["data[ssh-privatekey]: Required value"],
        ),
        (make_secret(type="kubernetes.io/dockerconfigjson"), ["data[.dockerconfigjson]: Required value"]),
        (
            make_secret(type="kubernetes.io/dockerconfigjson", stringData={".dockerconfigjson": "{not json"}),
            [
                'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": '
                "invalid character 'n' looking for beginning of object key string"
            ],
        ),
        (
            make_secret(type="kubernetes.io/service-account-token"),
            ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
        ),
        (make_secret(stringData={"a": "x" * (1024 * 1024 + 3)}), ["data: Too long: may not be more than 1048576 bytes"]),
    ],
    ids=[
        "half a certificate",
        "no login",
        "password only",
        "empty key",
        "no config",
        "broken config",
        "token of nobody",
        "too long",
    ],
)
def test_types_require_their_keys(secret: Object, errors: list[str]) -> None:
    assert list_errors(KIND, secret) == errors


def test_type_is_immutable() -> None:
    assert list_update_errors(KIND, make_secret(type="example.com/other"), create(KIND, make_secret())) == [
        'type: Invalid value: "example.com/other": field is immutable'
    ]


def test_an_immutable_secret_stays() -> None:
    old = create(KIND, make_secret(immutable=True, data={"a": "YQ=="}))
    assert list_update_errors(KIND, make_secret(data={"a": "Yg=="}), old) == [f"immutable: {FROZEN}", f"data: {FROZEN}"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{}", ""),
        ('{"auths": {', "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 2}', "invalid character '2' after object key:value pair"),
        ('{"a": [1 2]}', "invalid character '2' after array element"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ],
)
def test_json_errors_are_worded_as_go_words_them(text: str, error: str) -> None:
    assert find_json_error(text.encode()) == error
