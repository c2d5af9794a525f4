"""Who is asked for a name and password, and who is not."""

from __future__ import annotations

import io
from typing import Any

import pytest

from minikube_py.client.kubeconfig import ConfigError, Target
from minikube_py.client.remote.login_prompt import ask_who

Object = dict[str, Any]


def target(user: Object, server: str = "https://a.example") -> Target:
    return Target("c", "default", {"server": server}, user, "ann")


@pytest.mark.parametrize(
    ("user", "server"),
    [
        ({"token": "x"}, "https://a.example"),
        ({"username": "ann"}, "https://a.example"),
        ({"exec": {"command": "x"}}, "https://a.example"),
        ({"client-certificate-data": "x"}, "https://a.example"),
        ({}, "http://a.example"),
        ({}, ""),
    ],
    ids=["token", "name", "plugin", "certificate", "without TLS", "nowhere"],
)
def test_who_is_not_asked(user: Object, server: str) -> None:
    asked = io.StringIO()
    where = target(user, server)
    assert ask_who(where, io.StringIO(), asked) is where
    assert asked.getvalue() == ""


@pytest.mark.parametrize(
    ("user", "typed", "asked", "why"),
    [
        ({}, "", "Please enter Username: ", "EOF"),
        ({"client-key-data": "x"}, "\n \n", "Please enter Username: ", "EOF"),
        ({"as": "bob"}, "\nann x\n", "Please enter Username: Please enter Password: ", "error reading input for Password"),
    ],
    ids=["nobody", "empty lines", "no terminal"],
)
def test_nobody_answers(user: Object, typed: str, asked: str, why: str) -> None:
    shown = io.StringIO()
    with pytest.raises(ConfigError) as caught:
        ask_who(target(user), io.StringIO(typed), shown)
    assert (str(caught.value), shown.getvalue()) == (why, asked)
