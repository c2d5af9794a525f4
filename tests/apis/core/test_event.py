"""Events."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apis.core.event import KIND
from tests.apis.manifests import TWO_MINUTES_AGO, create, list_errors, show_row

Object = dict[str, Any]
HOUR_AGO = "2027-01-15T07:00:00Z"


def make_event(**fields: Any) -> Object:
    about = {"kind": "Pod", "name": "web", "namespace": "default", "fieldPath": "spec.containers{c}"}
    return {
        "metadata": {"name": "web.1", "namespace": "default"},
        "involvedObject": about,
        "type": "Normal",
        "reason": "Pulled",
        **fields,
    }


def test_wide_row() -> None:
    event = make_event(
        firstTimestamp=HOUR_AGO,
        lastTimestamp=TWO_MINUTES_AGO,
        count=4,
        message=" done\n",
        source={"component": "kubelet", "host": "n1"},
    )
    subobject, source = "spec.containers{c}", "kubelet, n1"
    row = ["2m", "Normal", "Pulled", "pod/web", subobject, source, "done", "60m", 4, "web.1"]
    assert show_row(KIND, create(KIND, event), wide=True) == row


def test_an_event_of_the_new_sort_has_one_time_and_a_reporter() -> None:
    event = create(KIND, make_event(eventTime=TWO_MINUTES_AGO, reportingComponent="default-scheduler", reportingInstance="s-1"))
    row = show_row(KIND, event, wide=True)
    assert (row[0], row[5], row[7], row[8]) == ("2m", "default-scheduler, s-1", "2m", 1)


def test_of_a_series_the_last_event_counts() -> None:
    event = create(KIND, make_event(eventTime=HOUR_AGO, series={"count": 9, "lastObservedTime": TWO_MINUTES_AGO}))
    row = show_row(KIND, event, wide=True)
    assert (row[0], row[7], row[8]) == ("2m", "60m", 9)


@pytest.mark.parametrize(
    ("namespace", "about", "errors"),
    [
        ("default", "default", []),
        ("default", "", []),
        ("blue", "", ['involvedObject.namespace: Invalid value: "": does not match event.namespace']),
        ("blue", "red", ['involvedObject.namespace: Invalid value: "red": does not match event.namespace']),
    ],
)
def test_an_event_lies_where_its_object_lies(namespace: str, about: str, errors: list[str]) -> None:
    event = make_event(involvedObject={"namespace": about})
    event["metadata"]["namespace"] = namespace
    assert list_errors(KIND, event) == errors


def test_an_event_of_the_new_sort_says_who_reports_what() -> None:
    event = make_event(eventTime=TWO_MINUTES_AGO, reason="", message="x" * 1025, reportingComponent="a b", action="y" * 129)
    assert [e.partition(":")[0] for e in list_errors(KIND, event)] == [
        "reportingController",
        "reportingInstance",
        "action",
        "reason",
        "message",
    ]
    full = {"reportingComponent": "x.io/y", "reportingInstance": "y-1", "action": "Binding"}
    assert list_errors(KIND, make_event(eventTime=TWO_MINUTES_AGO, **full)) == []


def test_selectable_fields() -> None:
    event = create(KIND, make_event(source={"component": "kubelet"}))
    chosen = {field: read(event) for field, read in KIND.selectable.items()}
    assert chosen["involvedObject.name"] == "web"
    assert chosen["involvedObject.fieldPath"] == "spec.containers{c}"
    assert (chosen["source"], chosen["reason"], chosen["type"]) == ("kubelet", "Pulled", "Normal")
