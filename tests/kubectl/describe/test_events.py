from __future__ import annotations

from typing import Any

import pytest

from .conftest import Describe

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "default", "uid": "u-1"},
    "spec": {"containers": []},
}


def event(message: str, **fields: Any) -> dict[str, Any]:
    """Return an event about the pod of an hour ago."""
    about = {"kind": "Pod", "name": "web", "namespace": "default", "uid": "u-1"}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": message, "namespace": "default"},
        "involvedObject": about,
        "type": "Normal",
        "reason": "Tested",
        "message": message,
        "source": {"component": "kubelet", "host": "n"},
        "firstTimestamp": "2026-11-21T11:00:00Z",
        "lastTimestamp": "2026-11-21T11:00:00Z",
        **fields,
    }


def events_of(text: str) -> list[str]:
    """Return the lines from the events on."""
    lines = text.splitlines()
    return lines[next(i for i, line in enumerate(lines) if line.startswith("Events:")) :]


def test_events_make_a_table_of_their_own_by_time_of_the_last(describe: Describe) -> None:
    late = event(
        "late \n", type="Warning", lastTimestamp="2026-11-21T11:59:50Z", firstTimestamp="2026-11-21T11:55:00Z", count=3
    )
    assert events_of(describe(POD, late, event("early"))) == [
        "Events:",
        "  Type     Reason  Age               From     Message",
        "  ----     ------  ----              ----     -------",
        "  Normal   Tested  60m               kubelet  early",
        "  Warning  Tested  10s (x3 over 5m)  kubelet  late",
    ]


@pytest.mark.parametrize(
    ("fields", "age", "source"),
    [
        pytest.param({"count": 1}, "60m", "kubelet", id="once"),
        pytest.param({"count": 2, "lastTimestamp": None}, "<unknown> (x2 over 60m)", "kubelet", id="last time unknown"),
        pytest.param({"firstTimestamp": None}, "<unknown>", "kubelet", id="no time at all"),
        pytest.param({"eventTime": "2026-11-21T11:59:58.5Z", "firstTimestamp": None}, "1s", "kubelet", id="of events.k8s.io"),
        pytest.param(
            {"eventTime": "2026-11-21T11:00:00Z", "series": {"count": 9, "lastObservedTime": "2026-11-21T11:58:00Z"}},
            "2m (x9 over 60m)",
            "kubelet",
            id="series",
        ),
        pytest.param({"source": {}, "reportingComponent": "tester"}, "60m", "tester", id="reporting component"),
        pytest.param({"source": None}, "60m", "", id="nobody"),
    ],
)
def test_age_and_source_of_an_event(describe: Describe, fields: dict[str, Any], age: str, source: str) -> None:
    cells = [cell.strip() for cell in events_of(describe(POD, event("m", **fields)))[-1].split("  ") if cell.strip()]
    assert cells == ["Normal", "Tested", age, *([source] if source else []), "m"]


def test_only_events_about_this_object_are_shown(describe: Describe) -> None:
    other = event("other", involvedObject={"kind": "Pod", "name": "web", "namespace": "default", "uid": "u-0"})
    assert events_of(describe(POD, other))[0].split() == ["Events:", "<none>"]


def test_events_can_be_left_out(describe: Describe) -> None:
    assert "Events" not in describe(POD, event("m"), show_events=False)


def test_events_of_a_mirror_pod_bear_the_uid_of_its_file(describe: Describe) -> None:
    mirror = {**POD, "metadata": {**POD["metadata"], "annotations": {"kubernetes.io/config.mirror": "file-1"}}}
    about = {"kind": "Pod", "name": "web", "namespace": "default", "uid": "file-1"}
    assert "from the file" in describe(mirror, event("from the file", involvedObject=about))


def test_events_of_a_node_name_it_by_uid_or_name(describe: Describe) -> None:
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "uid": "n-1"}}
    events = [event(uid, involvedObject={"kind": "Node", "name": "n", "uid": uid}) for uid in ("n-1", "n", "n-0")]
    assert [line.split()[-1] for line in events_of(describe(node, *events))[3:]] == ["n-1", "n"]
