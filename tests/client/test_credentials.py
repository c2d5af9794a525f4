"""What a kubeconfig's user identifies with."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from minikube_py.client.credentials import Credentials, read_credentials
from minikube_py.client.kubeconfig import ConfigError

DATA = base64.b64encode(b"PEM").decode()


@pytest.mark.parametrize(
    ("user", "found"),
    [
        ({}, None),
        ({"exec": {"command": "x"}}, None),
        ({"token": "t"}, Credentials("t")),
        ({"client-certificate-data": DATA, "client-key-data": DATA}, Credentials(certificate=b"PEM", key=b"PEM")),
        ({"username": "u", "password": "p"}, Credentials(password=True)),
        (
            {"as": "ann", "as-groups": ["devs"], "as-uid": "7", "as-user-extra": {"b": ["2"], "a": ["1", "x"]}},
            Credentials(name="ann", groups=("devs",), uid="7", extra=(("a", ("1", "x")), ("b", ("2",)))),
        ),
    ],
)
def test_what_is_read(user: dict[str, Any], found: Credentials | None) -> None:
    assert read_credentials(user) == found


def test_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t\n")
    (tmp_path / "crt").write_text("PEM")
    assert read_credentials({"tokenFile": str(tmp_path / "token")}) == Credentials("t")
    found = read_credentials({"client-certificate": str(tmp_path / "crt"), "client-key": str(tmp_path / "crt")})
    assert found == Credentials(certificate=b"PEM", key=b"PEM")
    with pytest.raises(ConfigError) as refusal:
        read_credentials({"client-key": "/nowhere/key"}, "ann")
    why = "open /nowhere/key: no such file or directory"
    assert str(refusal.value) == f"invalid configuration: unable to read client-key /nowhere/key for ann due to {why}"


@pytest.mark.parametrize("user", [{"as-groups": ["devs"]}, {"as-uid": "7"}, {"as-user-extra": {"a": ["1"]}}])
def test_a_group_alone_is_nobody(user: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="requesting uid, groups or user-extra for  without impersonating a user"):
        read_credentials(user)
