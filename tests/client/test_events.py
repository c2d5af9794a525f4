"""Events: repeated ones count up, similar ones are combined, and too many are dropped, as client-go's recorder does."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery import errors
from minikube_py.client.events import EventRecorder
from minikube_py.client.request import Request, Response
from minikube_py.client.rest import Client
from minikube_py.component_base.clock import FakeClock, format_rfc3339

Object = dict[str, Any]
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "default", "uid": "u1", "resourceVersion": "7"},
}


class FakeTransport:
    """Keeps events by name."""

    def __init__(self) -> None:
        self.events: dict[str, Object] = {}
        self.refuse: errors.StatusError | None = None

    def handle(self, request: Request) -> Response:
        if self.refuse is not None:
            raise self.refuse
        name = request.name or request.body["metadata"]["name"]
        if request.verb == "create":
            if name in self.events:
                raise errors.AlreadyExists(name)
            self.events[name] = {**request.body}
        elif name not in self.events:
            raise errors.NotFound(name)
        else:
            self.events[name] |= request.body
        return Response(self.events[name])


class Bench:
    """A recorder of the kubelet's events, and what it wrote."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.transport = FakeTransport()
        self.recorder = EventRecorder(Client(self.transport), "kubelet", self.clock, "node1")  # type: ignore[arg-type]

    def record(self, message: str, reason: str = "Failed", obj: Object = POD) -> None:
        self.recorder.event(obj, "Warning", reason, message)

    def written(self) -> list[tuple[str, int]]:
        return [(event["message"], event["count"]) for event in self.transport.events.values()]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_an_event_has_the_shape_of_kubernetes(bench: Bench) -> None:
    bench.recorder.event(POD, "Normal", "Pulled", "Container image present", "spec.containers{c}")
    (event,) = bench.transport.events.values()
    stamp = format_rfc3339(bench.clock.now())
    assert event["metadata"] == {"name": f"web.{int(bench.clock.now() * 1e9):x}", "namespace": "default"}
    assert event["involvedObject"] == {
        "kind": "Pod",
        "apiVersion": "v1",
        "name": "web",
        "namespace": "default",
        "uid": "u1",
        "resourceVersion": "7",
        "fieldPath": "spec.containers{c}",
    }
    assert event["source"] == {"component": "kubelet", "host": "node1"}
    assert (event["firstTimestamp"], event["lastTimestamp"], event["count"]) == (stamp, stamp, 1)
    assert (event["reportingComponent"], event["reportingInstance"], event["type"]) == ("kubelet", "node1", "Normal")


def test_events_of_cluster_objects_are_in_default(bench: Bench) -> None:
    bench.record("m", obj={"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "uid": "u2"}})
    (event,) = bench.transport.events.values()
    assert event["metadata"]["namespace"] == "default"
    assert "namespace" not in event["involvedObject"]


def test_the_same_again_counts_up(bench: Bench) -> None:
    first = format_rfc3339(bench.clock.now())
    for _ in range(3):
        bench.record("m")
        bench.clock.advance(3600)
    (event,) = bench.transport.events.values()
    assert (event["count"], event["firstTimestamp"]) == (3, first)
    assert event["lastTimestamp"] == format_rfc3339(bench.clock.now() - 3600)


def test_what_differs_is_an_event_of_its_own(bench: Bench) -> None:
    bench.record("m")
    bench.record("other")
    bench.record("m", reason="BackOff")
    bench.recorder.event(POD, "Warning", "Failed", "m", "spec.containers{c}")
    bench.record("m", obj={**POD, "metadata": {**POD["metadata"], "uid": "u9"}})  # type: ignore[dict-item]
    assert len(bench.written()) == 5


def test_an_event_that_was_removed_is_made_anew(bench: Bench) -> None:
    bench.record("m")
    bench.transport.events.clear()
    bench.clock.advance(1)
    bench.record("m")
    bench.record("m")
    assert bench.written() == [("m", 2)]


def test_from_the_tenth_similar_one_they_are_combined(bench: Bench) -> None:
    for number in range(12):
        bench.record(f"m{number}")
    assert bench.written()[-2:] == [("m8", 1), ("(combined from similar events): m11", 3)]
    assert len(bench.written()) == 10


def test_similar_ones_far_apart_are_not_combined(bench: Bench) -> None:
    for number in range(12):
        bench.record(f"m{number}")
        bench.clock.advance(601)
    assert bench.written() == [(f"m{number}", 1) for number in range(12)]


def test_too_many_are_dropped_but_counted(bench: Bench) -> None:
    for _ in range(40):
        bench.record("m")
    assert bench.written() == [("m", 25)]
    bench.clock.advance(300)
    bench.record("m")
    bench.record("m")
    assert bench.written() == [("m", 41)]
    bench.record("fine", obj={**POD, "metadata": {**POD["metadata"], "name": "other", "uid": "u3"}})  # type: ignore[dict-item]
    assert bench.written()[-1] == ("fine", 1)


def test_a_refused_event_is_dropped(bench: Bench) -> None:
    bench.transport.refuse = errors.Forbidden("the namespace is being terminated")
    bench.record("m")
    bench.transport.refuse = None
    bench.record("m")
    assert bench.written() == [("m", 1)]


def test_long_messages_are_cut(bench: Bench) -> None:
    bench.record("x" * 5000)
    assert [len(message) for message, _ in bench.written()] == [1024]
