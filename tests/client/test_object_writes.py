"""Writes that do nothing where what was seen is not there any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from minikube_py.client.object_writes import create_missing, delete_exactly, patch_metadata
from minikube_py.client.resources import CONFIG_MAPS
from tests.controller.harness import Cluster


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def test_an_object_is_made_once(cluster: Cluster) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}, "data": {"k": "v"}}
    created = create_missing(cluster.client, CONFIG_MAPS, body)
    assert created is not None and created["metadata"]["uid"]
    assert create_missing(cluster.client, CONFIG_MAPS, {**body, "data": {}}) is None
    assert cluster.get(CONFIG_MAPS, "a")["data"] == {"k": "v"}


def test_another_object_of_the_name_is_left_alone(cluster: Cluster) -> None:
    seen = cluster.create(CONFIG_MAPS, "a", {})
    cluster.delete(CONFIG_MAPS, "a")
    assert delete_exactly(cluster.client, CONFIG_MAPS, seen) is None
    assert patch_metadata(cluster.client, CONFIG_MAPS, seen, {"finalizers": ["a.b/c"]}) is None
    other = cluster.create(CONFIG_MAPS, "a", {})
    assert delete_exactly(cluster.client, CONFIG_MAPS, seen) is None
    assert patch_metadata(cluster.client, CONFIG_MAPS, seen, {"finalizers": ["a.b/c"]}) is None
    assert cluster.get(CONFIG_MAPS, "a") == other


def test_the_object_that_was_seen_is_written(cluster: Cluster) -> None:
    seen = cluster.create(CONFIG_MAPS, "a", {})
    patched = patch_metadata(cluster.client, CONFIG_MAPS, seen, {"finalizers": ["a.b/c"]})
    assert patched is not None and patched["metadata"]["finalizers"] == ["a.b/c"]
    left = delete_exactly(cluster.client, CONFIG_MAPS, seen, "Background")
    assert left is not None and left["metadata"]["deletionTimestamp"]
    assert patch_metadata(cluster.client, CONFIG_MAPS, seen, {"finalizers": None}) is not None
    assert not cluster.exists(CONFIG_MAPS, "a")
