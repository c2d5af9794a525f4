"""Which users and clusters of a kubeconfig cannot be used."""

from __future__ import annotations

import os
from typing import Any

import pytest

from minikube_py.client.kubeconfig import ConfigError, InvalidConfigError, Target
from minikube_py.client.kubeconfig_checks import check_usable

Object = dict[str, Any]
V1 = "client.authentication.k8s.io/v1"
CERT = "unable to read client-cert /no/c for us due to open /no/c: no such file or directory"
KEY = "unable to read client-key /no/k for us due to open /no/k: no such file or directory"


def target(user: Object, cluster: Object) -> Target:
    return Target("c", "default", cluster, user, "us", "", "cl")


@pytest.mark.parametrize(
    ("user", "cluster", "problems"),
    [
        ({}, {}, []),
        ({"token": "t", "as": "jane", "as-groups": ["a"]}, {"certificate-authority": os.devnull}, []),
        ({"as-uid": "1"}, {}, ["requesting uid, groups or user-extra for us without impersonating a user"]),
        ({"client-certificate": "/no/c", "client-key": "/no/k", "token": "t"}, {}, [CERT, KEY]),
        (
            {"client-certificate-data": "x"},
            {},
            ["client-key-data or client-key must be specified for us to use the clientCert authentication method."],
        ),
        (
            {"token": "t", "username": "u"},
            {},
            ["more than one authentication method found for us; found [token basicAuth], only one is allowed"],
        ),
        (
            {},
            {"certificate-authority": "/no/ca"},
            ["unable to read certificate-authority /no/ca for cl due to open /no/ca: no such file or directory"],
        ),
        ({"exec": {"apiVersion": V1, "command": "login", "interactiveMode": "Never"}}, {}, []),
        ({"exec": {"apiVersion": f"{V1}beta1", "command": "login"}}, {}, []),
        (
            {"exec": {"apiVersion": V1, "command": "login"}},
            {},
            ["interactiveMode must be specified for us to use exec authentication plugin"],
        ),
        (
            {"exec": {"env": [{"value": "x"}], "interactiveMode": "Now"}, "auth-provider": {"name": "oidc"}},
            {},
            [
                "authProvider cannot be provided in combination with an exec plugin for us",
                "command must be specified for us to use exec authentication plugin",
                "apiVersion must be specified for us to use exec authentication plugin",
                "env variable name must be specified for us to use exec authentication plugin",
                'invalid interactiveMode for us: "Now"',
            ],
        ),
        ({}, {"proxy-url": "socks5://p:1"}, []),
        (
            {},
            {"proxy-url": "ftp://p"},
            [
                'invalid \'proxy-url\' "ftp://p" for cluster "cl": unsupported scheme "ftp", must be http, https, or socks5',
            ],
        ),
    ],
)
def test_problems(user: Object, cluster: Object, problems: list[str]) -> None:
    if not problems:
        check_usable(target(user, cluster))
        return
    with pytest.raises(ConfigError) as caught:
        check_usable(target(user, cluster))
    if len(problems) == 1:
        assert str(caught.value) == problems[0]
    else:
        assert isinstance(caught.value, InvalidConfigError)
        assert str(caught.value) == "".join(f"\n* {problem}" for problem in problems)
