"""A watch from nowhere begins with what there is; one from a revision with what came after it."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.client.request import Request
from tests.apiserver.conftest import Cluster


def watch(cluster: Cluster, **params: str) -> Any:
    return cluster.server.open_watch(Request("watch", "", "v1", "configmaps", "default", params=params))


def poll(opened: Any) -> list[tuple[str, str]]:
    return [(event.type, event.object["metadata"]["name"]) for event in opened.poll()]


@pytest.mark.parametrize("params", [{}, {"resourceVersion": "0"}], ids=["no version", "version 0"])
def test_a_watch_from_nowhere_gives_the_present_then_the_changes(cluster: Cluster, params: dict[str, str]) -> None:
    cluster.create("configmaps", {"metadata": {"name": "old"}})
    opened = watch(cluster, **params)
    cluster.create("configmaps", {"metadata": {"name": "new"}})
    assert poll(opened) == [("ADDED", "old"), ("ADDED", "new")]
    assert poll(opened) == []


def test_the_present_is_chosen_by_selectors_too(cluster: Cluster) -> None:
    for name in ("one", "two"):
        cluster.create("configmaps", {"metadata": {"name": name, "labels": {"is": name}}})
    assert poll(watch(cluster, labelSelector="is=two")) == [("ADDED", "two")]
    assert poll(watch(cluster, fieldSelector="metadata.name=one")) == [("ADDED", "one")]


def test_the_present_is_that_of_the_namespace_only(cluster: Cluster) -> None:
    cluster.create("configmaps", {"metadata": {"name": "there"}}, "kube-system")
    assert poll(watch(cluster)) == []


def test_a_watch_from_a_revision_gives_only_what_came_later(cluster: Cluster) -> None:
    old = cluster.create("configmaps", {"metadata": {"name": "old"}})
    opened = watch(cluster, resourceVersion=old["metadata"]["resourceVersion"])
    cluster.delete("configmaps", "old")
    assert poll(opened) == [("DELETED", "old")]
