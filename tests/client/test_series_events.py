"""Events of the newer sort: they have a time of their own, and what repeats is a series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minikube_py.client.resources import EVENTS
from minikube_py.client.series_events import SeriesRecorder
from tests.controller.conftest import make_cluster
from tests.controller.harness import Cluster

__all__ = ["make_cluster"]
Object = dict[str, Any]


def record(cluster: Cluster, recorder: SeriesRecorder, pod: Object, message: str = "no room") -> list[Object]:
    recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", message)
    found: list[Object] = cluster.client.list(EVENTS, "default")["items"]
    return found


def test_the_shape_and_the_series(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster()
    pod = cluster.add_pod("web")
    recorder = SeriesRecorder(cluster.client, "default-scheduler", cluster.clock)
    (event,) = record(cluster, recorder, pod)
    assert (event["action"], event["reportingComponent"], event["source"]) == ("Scheduling", "default-scheduler", {})
    assert event["eventTime"] and event["lastTimestamp"] is None and "series" not in event
    cluster.clock.advance(10)
    (event,) = record(cluster, recorder, pod, "no room again")
    assert (event["series"]["count"], event["message"]) == (2, "no room")
    cluster.clock.advance(400)
    assert len(record(cluster, recorder, pod)) == 2


def test_another_state_of_the_object_is_another_event(make_cluster: Callable[..., Cluster]) -> None:
    cluster = make_cluster()
    recorder = SeriesRecorder(cluster.client, "default-scheduler", cluster.clock)
    pod = cluster.add_pod("web")
    record(cluster, recorder, pod)
    changed = {**pod, "metadata": {**pod["metadata"], "resourceVersion": "99999"}}
    assert len(record(cluster, recorder, changed)) == 2
