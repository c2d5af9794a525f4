"""Where pods without a network of their own are told to find the API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from minikube_py.kubelet.node_services import KubeletOptions, NodeServices

Object = dict[str, Any]
OPTIONS = KubeletOptions("node", Path("/pods"), "192.168.49.2")


def make_service(namespace: str, name: str, address: str) -> Object:
    spec = {"clusterIP": address, "ports": [{"name": "https", "port": 443, "targetPort": 8443}]}
    return {"metadata": {"namespace": namespace, "name": name}, "spec": spec}


class Lister:
    def __init__(self, *objects: Object) -> None:
        self._objects = objects

    def list(self, namespace: str) -> list[Object]:
        return [obj for obj in self._objects if obj["metadata"]["namespace"] == namespace]


def list_addresses(options: KubeletOptions, namespace: str) -> dict[str, tuple[str, int]]:
    """Return what a pod of a namespace is told of services."""
    node = NodeServices.__new__(NodeServices)
    node.options = options
    node.services = Lister(  # type: ignore[assignment]
        make_service("default", "kubernetes", "10.96.0.1"),
        make_service("default", "web", "10.96.0.7"),
        make_service("team", "kubernetes", "10.96.0.8"),
    )
    found = node.list_services(namespace)
    return {"/".join(o["metadata"].values()): (o["spec"]["clusterIP"], o["spec"]["ports"][0]["port"]) for o in found}


@pytest.mark.parametrize("namespace", ["default", "team"])
def test_only_the_api_is_elsewhere(namespace: str) -> None:
    usual = list_addresses(OPTIONS, namespace)
    assert usual["default/kubernetes"] == ("10.96.0.1", 443)
    moved = list_addresses(replace(OPTIONS, api=("127.0.0.1", 6443)), namespace)
    assert moved == {**usual, "default/kubernetes": ("127.0.0.1", 6443)}
