"""Events go an hour after they were written last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minikube_py.client.resources import EVENTS
from minikube_py.component_base.clock import format_rfc3339
from minikube_py.controller.event_ttl import last_written
from tests.controller.harness import Cluster

Object = dict[str, Any]


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    return make_cluster("event_ttl")


def add(cluster: Cluster, name: str) -> None:
    stamp = format_rfc3339(cluster.clock.now())
    about = {"kind": "Pod", "namespace": "default", "name": "web"}
    body = {"involvedObject": about, "reason": "Started", "message": "m", "type": "Normal", "lastTimestamp": stamp}
    cluster.create(EVENTS, name, body)


def names(cluster: Cluster) -> list[str]:
    return [event["metadata"]["name"] for event in cluster.list(EVENTS)]


def test_each_event_goes_in_its_time(cluster: Cluster) -> None:
    add(cluster, "first")
    cluster.run()
    cluster.run(600)
    add(cluster, "second")
    cluster.run(2999)
    assert names(cluster) == ["first", "second"]
    cluster.run(1)
    assert names(cluster) == ["second"]
    cluster.run(600)
    assert names(cluster) == []


def test_one_that_is_counted_up_lives_on(cluster: Cluster) -> None:
    add(cluster, "again")
    cluster.run(3000)
    cluster.patch(EVENTS, "again", {"count": 2, "lastTimestamp": format_rfc3339(cluster.clock.now())})
    cluster.run(3599)
    assert names(cluster) == ["again"]
    cluster.run(61)
    assert names(cluster) == []


def test_those_that_come_later_are_seen(cluster: Cluster) -> None:
    cluster.run()
    cluster.run(3600)
    add(cluster, "late")
    cluster.run(3600)
    assert names(cluster) == []


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        pytest.param({}, 0, id="created"),
        pytest.param({"lastTimestamp": "1970-01-01T00:01:00Z"}, 60, id="counted up"),
        pytest.param({"eventTime": "1970-01-01T00:00:05.000000Z"}, 5, id="new API"),
        pytest.param({"series": {"count": 2, "lastObservedTime": "1970-01-01T00:02:00.000000Z"}}, 120, id="series"),
    ],
)
def test_last_written(fields: Object, seconds: float) -> None:
    assert last_written({"metadata": {"creationTimestamp": "1970-01-01T00:00:00Z"}, **fields}) == seconds
