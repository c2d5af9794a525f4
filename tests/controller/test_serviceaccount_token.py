"""Secrets that hold the token of a service account."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from minikube_py.client.resources import SECRETS, SERVICE_ACCOUNTS
from tests.controller.harness import Cluster

NAME = "kubernetes.io/service-account.name"
TYPE = {"type": "kubernetes.io/service-account-token"}


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    made = make_cluster("serviceaccount_token")
    made.manager.settings["ca"] = "CA"
    made.manager.settings["make_legacy_token"] = lambda account, secret: f"{account['metadata']['name']} {secret}"
    return made


def test_a_secret_is_filled_and_goes_with_its_account(cluster: Cluster) -> None:
    account = cluster.create(SERVICE_ACCOUNTS, "bot", {})
    cluster.create(SECRETS, "s", TYPE, annotations={NAME: "bot"})
    cluster.run()
    secret = cluster.get(SECRETS, "s")
    data = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
    assert data == {"ca.crt": "CA", "namespace": "default", "token": "bot s"}
    assert secret["metadata"]["annotations"]["kubernetes.io/service-account.uid"] == account["metadata"]["uid"]
    cluster.delete(SERVICE_ACCOUNTS, "bot")
    cluster.run()
    assert not cluster.exists(SECRETS, "s")


def test_a_secret_without_account_is_deleted_and_others_are_left_alone(cluster: Cluster) -> None:
    cluster.create(SECRETS, "orphan", TYPE, annotations={NAME: "nobody"})
    cluster.create(SECRETS, "plain", {}, annotations={NAME: "nobody"})
    cluster.run()
    assert not cluster.exists(SECRETS, "orphan")
    assert "data" not in cluster.get(SECRETS, "plain")


def test_a_token_that_is_there_stays(cluster: Cluster) -> None:
    token = base64.b64encode(b"mine").decode()
    cluster.create(SECRETS, "s", {**TYPE, "data": {"token": token}}, annotations={NAME: "default"})
    cluster.run()
    assert cluster.get(SECRETS, "s")["data"]["token"] == token
