"""In a pod, the service account leads to the cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.client.in_cluster import find_in_cluster

ENVIRONMENT = {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    for name, text in (("token", "t"), ("ca.crt", "c"), ("namespace", "shop\n")):
        (tmp_path / name).write_text(text)
    return str(tmp_path)


def test_the_service_account_leads_there(folder: str) -> None:
    target = find_in_cluster(ENVIRONMENT, folder=folder)
    assert target is not None
    assert target.cluster == {"server": "https://10.96.0.1:443", "certificate-authority": f"{folder}/ca.crt"}
    assert (target.user, target.namespace) == ({"tokenFile": f"{folder}/token"}, "shop")


@pytest.mark.parametrize(
    ("environment", "asked", "namespace"),
    [({}, "mine", "mine"), ({"POD_NAMESPACE": "pods"}, "", "pods"), ({}, "", "shop")],
    ids=["asked for", "of the environment", "of the account"],
)
def test_in_which_namespace(folder: str, environment: dict[str, str], asked: str, namespace: str) -> None:
    target = find_in_cluster({**ENVIRONMENT, **environment}, asked, folder)
    assert target is not None
    assert target.namespace == namespace


def test_addresses_of_version_6_stand_in_brackets(folder: str) -> None:
    target = find_in_cluster({**ENVIRONMENT, "KUBERNETES_SERVICE_HOST": "fd00::1"}, folder=folder)
    assert target is not None
    assert target.cluster["server"] == "https://[fd00::1]:443"


def test_elsewhere_there_is_none(folder: str, tmp_path: Path) -> None:
    assert find_in_cluster({}, folder=folder) is None
    assert find_in_cluster(ENVIRONMENT, folder=str(tmp_path / "none")) is None
